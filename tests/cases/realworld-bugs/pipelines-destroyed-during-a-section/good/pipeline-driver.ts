export interface QuerySpec { hash: string; ast: object }

export class PipelineDriver {
  readonly #pipelines = new Map<string, object>();
  #schema: object | null = null;

  init(clientSchema: object): void { this.#schema = clientSchema; }
  initialized(): boolean { return this.#schema !== null; }
  queries(): ReadonlySet<string> { return new Set(this.#pipelines.keys()); }
  advanceWithoutDiff(): string { return String(this.#pipelines.size); }
  addQuery(hash: string, ast: object): void { this.#pipelines.set(hash, ast); }
  destroy(): void { this.#pipelines.clear(); this.#schema = null; }
}
