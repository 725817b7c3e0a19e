import { verify } from './verify.js';

const scores: Record<string, number> = {};

export function reset(player: string): void {
  scores[player] = 0;
}

export async function award(player: string, points: number): Promise<void> {
  const before = scores[player] ?? 0;
  const checked = await verify(player, points);
  scores[player] = before + checked;
}
