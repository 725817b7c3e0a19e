export class WorkerState {
  private readonly addresses = new Set<string>();
  addAddresses(list: string[]): void { for (const a of list) this.addresses.add(a); }
  cleanup(): void { this.addresses.clear(); }
}
