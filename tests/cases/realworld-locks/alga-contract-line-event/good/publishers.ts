import { getEventBus, type Event } from './eventBus';

export async function publishEvent(event: Event): Promise<void> {
  try {
    await getEventBus().publish(event);
  } catch (error) {
    console.error('[EventPublisher] Failed to publish event', event.eventType, error);
    throw error;
  }
}
