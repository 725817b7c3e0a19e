import type { StorageClient } from './typedefs.js';

export class Configuration {
  private static globalConfig?: Configuration;
  constructor(private readonly options: Record<string, string> = {}, private readonly client?: StorageClient) {}
  get(key: string): string { return this.options[key] ?? 'default'; }
  getStorageClient(): StorageClient { return this.client!; }
  static getGlobalConfig(): Configuration { return (Configuration.globalConfig ??= new Configuration()); }
}
