export interface TenantConnectionOptions { tenantId: string; dbUrl: string; maxConnections: number }
export interface Pool { query(sql: string): Promise<unknown[]>; end(): Promise<void> }

export class PoolManager {
  private readonly pools = new Map<string, Pool>();

  constructor(private readonly open: (settings: TenantConnectionOptions) => Pool) {}

  getPool(settings: TenantConnectionOptions): Pool {
    const existingPool = this.pools.get(settings.tenantId);
    if (existingPool) {
      return existingPool;
    }
    const newPool = this.open(settings);
    this.pools.set(settings.tenantId, newPool);
    return newPool;
  }

  destroy(tenantId: string): Promise<void> {
    const pool = this.pools.get(tenantId);
    this.pools.delete(tenantId);
    return pool ? pool.end() : Promise.resolve();
  }
}
