import { createClient, type RedisClientType } from './redis.js';

const createRedisClient = async () => {
  const password = await getSecret('redis_password');
  const client = createClient({ url: 'redis://localhost:6379', password });
  client.on('error', (err: Error) => {
    console.error('Redis Client Error:', err);
  });
  return client;
};

// Singleton Redis client
let client: Awaited<ReturnType<typeof createRedisClient>> | null = null;

async function getClient(): Promise<RedisClientType> {
  if (!client) {
    console.debug('[EventBus] Creating new Redis client');
    client = await createRedisClient();
    await client.connect();
  }
  return client;
}

export class EventBus {
  private static instance: EventBus;

  public static getInstance(): EventBus {
    if (!EventBus.instance) {
      EventBus.instance = new EventBus();
    }
    return EventBus.instance;
  }

  public async publish(event: { eventType: string; payload: object }): Promise<void> {
    const client = await getClient();
    await client.xAdd(`stream:${event.eventType}`, '*', { event: JSON.stringify(event) });
  }

  public async close(): Promise<void> {
    if (client) {
      await client.quit();
      client = null;
    }
  }
}

declare function getSecret(name: string): Promise<string>;
