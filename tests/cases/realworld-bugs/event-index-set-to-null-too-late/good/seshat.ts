import { Seshat, type MatrixEvent } from './matrix-seshat.js';

let eventIndex: Seshat | null = null;

export async function handle(name: string, args: unknown[]): Promise<unknown> {
  let ret: unknown;

  switch (name) {
    case 'initEventIndex':
      if (eventIndex === null) {
        eventIndex = new Seshat(args[0] as string);
      }
      break;

    case 'closeEventIndex':
      if (eventIndex !== null) {
        const index = eventIndex;
        eventIndex = null;

        try {
          await index.shutdown();
        } catch (e) {
          return { error: e };
        }
      }
      break;

    case 'isEventIndexEmpty':
      if (eventIndex === null) ret = true;
      else ret = await eventIndex.isEmpty();
      break;

    case 'addEventToIndex':
      eventIndex?.addEvent(args[0] as MatrixEvent);
      break;

    case 'commitLiveEvents':
      if (eventIndex !== null) {
        ret = await eventIndex.commit();
      }
      break;
  }

  return ret;
}
