import { PoolManager, type Pool } from './pool.js';

export interface TenantConfig { databaseUrl: string; maxConnections: number }

export class Tenants {
  private readonly tenantConfigCache = new Map<string, TenantConfig>();
  private readonly loading = new Map<string, Promise<TenantConfig>>();

  constructor(
    private readonly poolManager: PoolManager,
    private readonly findById: (tenantId: string) => Promise<TenantConfig>,
  ) {}

  getTenantConfig(tenantId: string): Promise<TenantConfig> {
    const cachedConfig = this.tenantConfigCache.get(tenantId);
    if (cachedConfig !== undefined) {
      return Promise.resolve(cachedConfig);
    }
    let pending = this.loading.get(tenantId);
    if (!pending) {
      pending = this.load(tenantId).finally(() => this.loading.delete(tenantId));
      this.loading.set(tenantId, pending);
    }
    return pending;
  }

  private async load(tenantId: string): Promise<TenantConfig> {
    const config = await this.findById(tenantId);
    this.tenantConfigCache.set(tenantId, config);
    return config;
  }

  async getPool(tenantId: string): Promise<Pool> {
    const config = await this.getTenantConfig(tenantId);
    return this.poolManager.getPool({ tenantId, dbUrl: config.databaseUrl, maxConnections: config.maxConnections });
  }

  /** Called for every message of the channel of updates. */
  async onTenantConfigChange(cacheKey: string): Promise<void> {
    const oldConfig = this.tenantConfigCache.get(cacheKey);
    this.tenantConfigCache.delete(cacheKey);

    if (!oldConfig) {
      return;
    }

    const newConfig = await this.getTenantConfig(cacheKey);
    if (newConfig.databaseUrl !== oldConfig.databaseUrl) {
      await this.poolManager.destroy(cacheKey);
    }
  }
}
