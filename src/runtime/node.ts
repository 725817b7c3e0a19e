/// <reference lib="esnext.disposable" preserve="true" />
// The package's face where there is a process: the same as everywhere, with events for node:diagnostics_channel, and
// lockdep on where the environment asks for it. Bundles for browsers take index.ts and have neither.

import { lockdep } from './lockdep.js';
import { observeWith } from './observer.js';
import { watcher } from './watcher.js';

export * from './index.js';

interface Host {
  readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> };
}

observeWith(watcher);
if ((globalThis as Host).process?.env?.['LOCKWRIGHT_LOCKDEP'] === '1') lockdep.enable();
