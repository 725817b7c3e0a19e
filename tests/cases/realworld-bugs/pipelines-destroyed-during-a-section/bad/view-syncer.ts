import { Lock } from './lock.js';
import { PipelineDriver, type QuerySpec } from './pipeline-driver.js';

export interface CVRSnapshot { version: string; clientSchema: object }
export interface LogContext { info?(message: string): void; error?(message: string, e: unknown): void }
export interface StateChanges extends AsyncIterable<{ state: 'version-ready' }> { cancel(): void }

export class ViewSyncerService {
  readonly #lc: LogContext;
  readonly #pipelines: PipelineDriver;
  readonly #stateChanges: StateChanges;
  readonly #lock = new Lock();
  readonly #load: () => Promise<CVRSnapshot>;
  readonly #transform: (queries: string[]) => Promise<QuerySpec[]>;
  #expireTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(lc: LogContext, pipelines: PipelineDriver, stateChanges: StateChanges, load: () => Promise<CVRSnapshot>, transform: (queries: string[]) => Promise<QuerySpec[]>) {
    this.#lc = lc;
    this.#pipelines = pipelines;
    this.#stateChanges = stateChanges;
    this.#load = load;
    this.#transform = transform;
  }

  async run(): Promise<void> {
    try {
      for await (const { state } of this.#stateChanges) {
        this.#lc.info?.(state);
        await this.#lock.withLock(async () => {
          const cvr = await this.#load();
          if (!this.#pipelines.initialized()) {
            // On the first version-ready signal, connect to the replica.
            this.#pipelines.init(cvr.clientSchema);
          }
          const version = this.#pipelines.advanceWithoutDiff();
          if (version < cvr.version) {
            return; // Wait for the next advancement.
          }
          await this.#syncQueryPipelineSet([]);
        });
      }
      this.#cleanup();
    } catch (e) {
      this.#lc.error?.('stopping view-syncer', e);
      this.#cleanup();
    }
  }

  async changeDesiredQueries(queries: string[]): Promise<void> {
    await this.#lock.withLock(async () => {
      await this.#syncQueryPipelineSet(queries);
    });
  }

  // This must be called from within the #lock.
  async #syncQueryPipelineSet(queries: string[]): Promise<void> {
    const hydrated = this.#pipelines.queries();
    const specs = await this.#transform(queries.filter((q) => !hydrated.has(q)));
    for (const spec of specs) {
      this.#pipelines.addQuery(spec.hash, spec.ast);
    }
  }

  stop(): void {
    this.#stateChanges.cancel();
  }

  #cleanup(): void {
    clearTimeout(this.#expireTimer);
    this.#expireTimer = undefined;
    this.#pipelines.destroy();
  }
}
