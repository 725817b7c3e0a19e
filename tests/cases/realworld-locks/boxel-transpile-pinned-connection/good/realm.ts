import { ModuleCacheCoordinator } from './module-cache-coordination';
import { type PgAdapter, type Querier, dbAdapterQuerier, param } from './pg-adapter';

export interface ModuleTranspileResult { body: string }

export class Realm {
  #dbAdapter: PgAdapter;
  #coordinator: ModuleCacheCoordinator;

  constructor(readonly url: string, dbAdapter: PgAdapter, private transpile: (source: string) => string) {
    this.#dbAdapter = dbAdapter;
    this.#coordinator = new ModuleCacheCoordinator(dbAdapter);
  }

  async moduleBody(canonicalPath: string, source: string): Promise<ModuleTranspileResult | undefined> {
    let cached = await this.#readTranspileCacheRow(canonicalPath);
    if (cached?.result) {
      return cached.result;
    }

    let coalesceKey = `transpile|${this.url}|${canonicalPath}`;
    let attempt = await this.#coordinator.tryAcquireAndRun(coalesceKey, async (querier) => {
      // Winner path: a peer may have written between our miss and our lock acquisition
      let recheck = await this.#readTranspileCacheRow(canonicalPath, querier);
      if (recheck?.result) {
        return recheck.result;
      }
      let result = { body: this.transpile(source) };
      await this.#writeTranspileCacheRow(canonicalPath, result, recheck?.generation ?? 0, querier);
      return result;
    });
    if (attempt.acquired) {
      return attempt.result;
    }

    // Loser path
    return (await this.#readTranspileCacheRow(canonicalPath))?.result;
  }

  async #readTranspileCacheRow(
    canonicalPath: string,
    querier?: Querier,
  ): Promise<{ result?: ModuleTranspileResult; generation: number } | undefined> {
    let runQuery = querier ?? dbAdapterQuerier(this.#dbAdapter);
    let rows = await runQuery([
      'SELECT body, generation FROM module_transpile_cache WHERE realm_url =',
      param(this.url),
      'AND canonical_path =',
      param(canonicalPath),
    ]);
    if (rows.length === 0) {
      return undefined;
    }
    return { result: rows[0].body ? { body: rows[0].body } : undefined, generation: rows[0].generation };
  }

  async #writeTranspileCacheRow(
    canonicalPath: string,
    result: ModuleTranspileResult,
    capturedGeneration: number,
    querier?: Querier,
  ): Promise<void> {
    let runQuery = querier ?? dbAdapterQuerier(this.#dbAdapter);
    await runQuery([
      'INSERT INTO module_transpile_cache (realm_url, canonical_path, body, generation) VALUES (',
      param(this.url),
      ',',
      param(canonicalPath),
      ',',
      param(result.body),
      ',',
      param(capturedGeneration),
      ')',
    ]);
  }
}
