/** Which lockwright this is: answers that are kept say by whom they were found. */
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

export const { name, version } = createRequire(import.meta.url)('../package.json') as { name: string; version: string };

/** When this was built: findings of another build of one version are not served. */
export const BUILT = statSync(fileURLToPath(import.meta.url)).mtimeMs;
