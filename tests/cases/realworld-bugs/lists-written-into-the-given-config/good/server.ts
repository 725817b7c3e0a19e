import type { KeystoneConfig } from './types.js';
export declare function startServer(config: KeystoneConfig): Promise<void>;
