export interface TenantConnectionOptions { tenantId: string; dbUrl: string; maxConnections: number }
export interface Pool { query(sql: string): Promise<unknown[]>; end(): Promise<void> }

export class PoolManager {
  private readonly pools = new Map<string, Pool>();

  constructor(private readonly open: (settings: TenantConnectionOptions) => Pool) {}

  getPool(settings: TenantConnectionOptions): Pool {
    const cacheKey = `${settings.tenantId}\n${settings.dbUrl}`;
    const existingPool = this.pools.get(cacheKey);
    if (existingPool) {
      return existingPool;
    }
    const newPool = this.open(settings);
    this.pools.set(cacheKey, newPool);
    return newPool;
  }

  async destroy(tenantId: string): Promise<void> {
    const ended: Promise<void>[] = [];
    for (const [cacheKey, pool] of this.pools) {
      if (cacheKey.startsWith(`${tenantId}\n`)) {
        this.pools.delete(cacheKey);
        ended.push(pool.end());
      }
    }
    await Promise.all(ended);
  }
}
