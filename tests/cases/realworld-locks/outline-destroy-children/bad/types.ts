export type NavigationNode = { id: string; title: string; children: NavigationNode[] };
