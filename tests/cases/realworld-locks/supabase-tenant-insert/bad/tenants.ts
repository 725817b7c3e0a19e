import { jwksManager } from './jwks-manager';
import { multitenantKnex } from './multitenant-db';

interface FastifyInstance {
  post(path: string, handler: (request: { params: { tenantId: string }; body: any }, reply: { code(n: number): { send(): unknown } }) => Promise<unknown>): void;
  patch(path: string, handler: (request: { params: { tenantId: string }; body: any }, reply: { code(n: number): { send(): unknown } }) => Promise<unknown>): void;
}

export default async function routes(fastify: FastifyInstance) {
  fastify.post('/:tenantId', async (request, reply) => {
    const { tenantId } = request.params;
    const { anonKey, databaseUrl, fileSizeLimit, jwtSecret, serviceKey, maxConnections } = request.body;

    await multitenantKnex.transaction(async (trx) => {
      await multitenantKnex('tenants').insert({
        id: tenantId,
        anon_key: anonKey,
        database_url: databaseUrl,
        max_connections: maxConnections ? Number(maxConnections) : undefined,
        file_size_limit: fileSizeLimit,
        jwt_secret: jwtSecret,
        service_key: serviceKey,
      });
      await jwksManager.generateUrlSigningJwk(tenantId, trx);
    });

    return reply.code(201).send();
  });

  fastify.patch('/:tenantId', async (request, reply) => {
    const { tenantId } = request.params;
    await multitenantKnex('tenants').update({ file_size_limit: request.body.fileSizeLimit }).where('id', tenantId);
    return reply.code(204).send();
  });
}
