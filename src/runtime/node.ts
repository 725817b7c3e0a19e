/// <reference lib="esnext.disposable" preserve="true" />
// The package's face where there is a process: the same as everywhere, with events for node:diagnostics_channel, and
// lockdep on where the environment asks for it. Bundles for browsers take index.ts and have neither.

import { lockdep } from './lockdep.js';
import { observeWith } from './observer.js';
import { type Channel, watcher } from './watcher.js';

export * from './index.js';

interface Host {
  readonly process?: {
    readonly env?: Readonly<Record<string, string | undefined>>;
    getBuiltinModule?(id: string): { channel(name: string): Channel } | undefined;
  };
}

const { process } = globalThis as Host;
const diagnostics = process?.getBuiltinModule?.('node:diagnostics_channel');
if (diagnostics !== undefined) {
  watcher.publishOn((name) => diagnostics.channel(name));
  observeWith(watcher);
}
if (process?.env?.['LOCKWRIGHT_LOCKDEP'] === '1') lockdep.enable();
