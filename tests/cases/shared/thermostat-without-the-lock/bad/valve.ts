export interface Valve {
  turn(to: number): Promise<void>;
}
