import { initConfig } from './initConfig.js';
import type { KeystoneConfig } from './types.js';
import { startServer } from './server.js';

export async function dev(load: () => Promise<{ default: KeystoneConfig }>): Promise<void> {
  const config = initConfig((await load()).default);
  await startServer(config);
}

export async function build(load: () => Promise<{ default: KeystoneConfig }>): Promise<string[]> {
  return Object.keys(initConfig((await load()).default).lists);
}
