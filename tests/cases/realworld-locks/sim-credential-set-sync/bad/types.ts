import type { db } from './db';

export type DbOrTx = typeof db | Parameters<Parameters<(typeof db)['transaction']>[0]>[0];
