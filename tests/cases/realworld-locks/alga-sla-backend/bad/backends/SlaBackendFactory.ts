import type { ISlaBackend } from './ISlaBackend';
import { PgBossSlaBackend } from './PgBossSlaBackend';

export class SlaBackendFactory {
  private static instance: SlaBackendFactory | null = null;
  private backend: ISlaBackend | null = null;

  private constructor() {}

  static getInstance(): SlaBackendFactory {
    if (!SlaBackendFactory.instance) {
      SlaBackendFactory.instance = new SlaBackendFactory();
    }
    return SlaBackendFactory.instance;
  }

  static async getBackend(): Promise<ISlaBackend> {
    return SlaBackendFactory.getInstance().createBackend();
  }

  private createBackend(): ISlaBackend {
    this.backend ??= new PgBossSlaBackend();
    return this.backend;
  }
}
