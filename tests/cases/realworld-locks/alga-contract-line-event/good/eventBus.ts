export interface Event { eventType: string; payload: Record<string, unknown> }
type EventHandler = (event: Event) => Promise<void>;

export class EventBus {
  private static instance: EventBus;
  private handlers: Map<string, Set<EventHandler>> = new Map();

  public static getInstance(): EventBus {
    if (!EventBus.instance) {
      EventBus.instance = new EventBus();
    }
    return EventBus.instance;
  }

  public subscribe(eventType: string, handler: EventHandler): void {
    if (!this.handlers.has(eventType)) {
      this.handlers.set(eventType, new Set());
    }
    this.handlers.get(eventType)!.add(handler);
  }

  public async publish(event: Event): Promise<void> {
    const handlers = this.handlers.get(event.eventType);
    if (!handlers) {
      return;
    }
    for (const handler of handlers) {
      await handler(event);
    }
  }
}

export function getEventBus(): EventBus {
  return EventBus.getInstance();
}
