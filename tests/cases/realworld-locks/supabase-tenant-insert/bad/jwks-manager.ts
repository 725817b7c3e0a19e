import type { Knex } from 'knex';
import { multitenantKnex } from './multitenant-db';

export class JWKSManager {
  constructor(private storage: { insert(tenantId: string, content: string, kind: string, trx?: Knex.Transaction): Promise<string> }) {}

  async generateUrlSigningJwk(tenantId: string, trx?: Knex.Transaction): Promise<{ kid: string }> {
    const kid = await this.storage.insert(tenantId, 'encrypted', 'storage-url-signing-key', trx);
    return { kid };
  }
}

export const jwksManager = new JWKSManager({
  async insert(tenantId, content, kind, trx) {
    const db = trx ?? multitenantKnex;
    const [row] = await db('tenants_jwks').insert({ tenant_id: tenantId, content, kind, active: true }).returning('id');
    return row.id;
  },
});
