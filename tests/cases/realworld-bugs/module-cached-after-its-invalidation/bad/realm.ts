import { AliasCache } from './alias-cache.js';
import { transpileJS, type Adapter } from './transpile.js';

interface ModuleCacheEntry { canonicalPath: string; body: string; headers: Record<string, string> }

export class Realm {
  #moduleCache = new AliasCache<ModuleCacheEntry>();
  #adapter: Adapter;

  constructor(adapter: Adapter) {
    this.#adapter = adapter;
  }

  async write(path: string, contents: string): Promise<void> {
    await this.#adapter.write(path, contents);
    this.invalidateCache(path);
  }

  invalidateCache(path: string): void {
    this.#moduleCache.invalidate(path);
  }

  async handle(request: Request): Promise<Response> {
    let localPath = new URL(request.url).pathname;
    let cached = this.#moduleCache.get(localPath);
    if (cached) {
      return new Response(cached.body, { status: 200, headers: cached.headers });
    }

    let result = await this.loadModuleFromDisk(localPath);
    if (!result) {
      return new Response(null, { status: 404 });
    }
    this.#moduleCache.set(localPath, {
      canonicalPath: result.canonicalPath,
      body: result.body,
      headers: result.headers,
    });
    return new Response(result.body, { status: 200, headers: result.headers });
  }

  private async loadModuleFromDisk(localPath: string): Promise<ModuleCacheEntry | undefined> {
    let source = await this.#adapter.openFile(localPath);
    if (source === undefined) return undefined;
    let body = await transpileJS(source, localPath);
    return { canonicalPath: localPath, body, headers: { 'content-type': 'text/javascript' } };
  }
}
