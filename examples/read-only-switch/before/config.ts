export type Mode = 'read-write' | 'read-only';

const hosts = Object.freeze({ 'read-write': 'primary', 'read-only': 'replica' });
let mode: Mode = 'read-write';

/** The operator's switch. */
export function switchTo(next: Mode): void {
  mode = next;
}

export function mainHost(): string {
  return hosts[mode];
}
