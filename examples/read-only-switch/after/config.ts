import { ConfigCell } from 'lockwright';

/** Where the main database is: frozen snapshots, of which the operator's switch makes a new one. */
export const configuration = new ConfigCell({ mode: 'read-write', mainHost: 'primary' });

export function switchToReadOnly(): void {
  configuration.switchTo({ mode: 'read-only', mainHost: 'replica' });
}
