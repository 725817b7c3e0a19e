import { createSingleFlightByKey } from './single-flight.js';

export interface JwksConfig { keys: { kid: string; k: string }[] }
export interface JWKSManagerStore { listActive(tenantId: string): Promise<{ id: string; content: string }[]> }
export interface PubSubAdapter { subscribe(channel: string, listener: (cacheKey: string) => void): Promise<void> }

const tenantJwksSingleFlight = createSingleFlightByKey<JwksConfig>();
const tenantJwksConfigCache = new Map<string, JwksConfig>();

export function deleteTenantJwksConfig(tenantId: string): void {
  tenantJwksConfigCache.delete(tenantId);
}

export class JWKSManager {
  constructor(private storage: JWKSManagerStore) {}

  async listenForTenantUpdate(pubSub: PubSubAdapter): Promise<void> {
    await pubSub.subscribe('tenants_jwks_update', (cacheKey) => {
      deleteTenantJwksConfig(cacheKey);
    });
  }

  async getJwksTenantConfig(tenantId: string): Promise<JwksConfig> {
    const cachedJwks = tenantJwksConfigCache.get(tenantId);
    if (cachedJwks !== undefined) {
      return cachedJwks;
    }

    return tenantJwksSingleFlight(tenantId, async () => {
      const data = await this.storage.listActive(tenantId);
      const jwksConfig = { keys: data.map(({ id, content }) => ({ kid: id, k: content })) };
      tenantJwksConfigCache.set(tenantId, jwksConfig);
      return jwksConfig;
    });
  }
}
