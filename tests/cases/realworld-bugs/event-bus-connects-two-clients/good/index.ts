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
let clientPromise: Promise<Awaited<ReturnType<typeof createRedisClient>>> | null = null;

async function getClient(): Promise<RedisClientType> {
  if (!client) {
    if (!clientPromise) {
      console.info('[EventBus] Creating new Redis client');
      clientPromise = (async () => {
        const newClient = await createRedisClient();
        await newClient.connect();
        client = newClient;
        return newClient;
      })();
    }
    return await clientPromise;
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
}

declare function getSecret(name: string): Promise<string>;
