export class AliasCache<T extends { canonicalPath: string }> {
  #entries = new Map<string, T>();
  #aliases = new Map<string, string>();

  get(path: string): T | undefined {
    return this.#entries.get(this.#aliases.get(path) ?? path);
  }

  set(path: string, entry: T): void {
    this.#aliases.set(path, entry.canonicalPath);
    this.#entries.set(entry.canonicalPath, entry);
  }

  invalidate(path: string): void {
    this.#entries.delete(this.#aliases.get(path) ?? path);
  }
}
