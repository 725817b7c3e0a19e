import type { DatabaseController } from './database';

export interface RestRequest { method: string; path: string; body: Record<string, unknown> }
export interface Request { body: RestRequest['body']; config: { database: DatabaseController } }

export class PromiseRouter {
  async tryRouteRequest(method: string, path: string, request: Request): Promise<{ response: object }> {
    const [, className, objectId] = path.split('/');
    const { database } = request.config;
    if (method === 'PUT') {
      return { response: await database.update(className!, { _id: objectId }, request.body) };
    }
    return { response: await database.create(className!, request.body) };
  }
}
