import { acquireLock, releaseLock, type PgAdapter } from './lib/queries';
import { Responder, type MatrixClient } from './lib/responder';

interface Assistant {
  pgAdapter: PgAdapter;
  getResponse(prompt: string): Promise<string>;
  setTitle(roomId: string, prompt: string): Promise<void>;
}

const activeGenerations = new Map<string, Responder>();

export function listen(client: MatrixClient, assistant: Assistant, aiBotInstanceId: string, aiBotUserId: string) {
  client.on('Room.timeline', async function (event, room) {
    let eventId = event.getId()!;

    try {
      let eventBody = event.getContent().body || '';
      if (!room) {
        return;
      }

      if (event.getSender() === aiBotUserId) {
        return;
      }

      let eventLock = await acquireLock(assistant.pgAdapter, eventId, aiBotInstanceId);

      if (!eventLock) {
        // Some other instance is already processing this event. Ignore it.
        return;
      }

      const responder = new Responder(client, room.roomId);
      activeGenerations.set(room.roomId, responder);

      try {
        await responder.finalize(await assistant.getResponse(eventBody));
      } catch (error) {
        await responder.onError(error as Error);
      } finally {
        activeGenerations.delete(room.roomId);
      }

      return await assistant.setTitle(room.roomId, eventBody);
    } catch (e) {
      console.error(e);
      return;
    } finally {
      await releaseLock(assistant.pgAdapter, eventId);
    }
  });
}
