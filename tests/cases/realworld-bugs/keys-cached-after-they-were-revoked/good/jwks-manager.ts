import { createInvalidatableSingleFlightByKey } from './single-flight.js';

export interface JwksConfig { keys: { kid: string; k: string }[] }
export interface JWKSManagerStore { listActive(tenantId: string): Promise<{ id: string; content: string }[]> }
export interface PubSubAdapter { subscribe(channel: string, listener: (cacheKey: string) => void): Promise<void> }

const tenantJwksSingleFlight = createInvalidatableSingleFlightByKey<JwksConfig>();
const tenantJwksConfigCache = new Map<string, JwksConfig>();

export function deleteTenantJwksConfig(tenantId: string): void {
  tenantJwksSingleFlight.invalidate(tenantId);
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

    return tenantJwksSingleFlight.run(tenantId, async (isCurrent) => {
      const data = await this.storage.listActive(tenantId);
      const jwksConfig = { keys: data.map(({ id, content }) => ({ kid: id, k: content })) };
      if (isCurrent()) tenantJwksConfigCache.set(tenantId, jwksConfig);
      return jwksConfig;
    });
  }
}
