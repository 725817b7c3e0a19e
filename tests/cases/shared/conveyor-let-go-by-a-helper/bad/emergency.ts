import type { Conveyor } from './conveyor.js';

/** Somebody has pulled the cord. */
export function letGo(conveyor: Conveyor): void {
  conveyor.motor?.stop();
  conveyor.motor = undefined;
}
