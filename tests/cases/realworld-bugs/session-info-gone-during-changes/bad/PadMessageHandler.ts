import { padManager, type Pad } from './PadManager.js';

export interface Client { id: string; json: { send(message: object): void } }
export interface UserChanges { data: { baseRev: number; changeset: string } }

/**
 * Saves all Infos about a Session
 *   key = client.id
 *   author = the author name of this session
 *   padId = the pad id of this session
 */
const sessioninfos: Record<string, { author: string; padId: string }> = {};

export function handleConnect(client: Client, author: string, padId: string): void {
  sessioninfos[client.id] = { author, padId };
}

export function handleDisconnect(client: Client): void {
  //Delete the sessioninfos entrys of this session
  delete sessioninfos[client.id];
}

export function handleMessage(client: Client, message: UserChanges): void {
  if (!sessioninfos[client.id]) {
    console.warn('Dropped message from an unknown connection.');
    return;
  }
  handleUserChanges(client, message);
}

function handleUserChanges(client: Client, message: UserChanges): void {
  const baseRev = message.data.baseRev;
  const changeset = message.data.changeset;

  padManager.getPad(sessioninfos[client.id]!.padId, (err: Error | null, pad: Pad) => {
    if (err) throw err;
    if (baseRev > pad.getHeadRevisionNumber()) {
      client.json.send({ disconnect: 'badChangeset' });
      return;
    }

    const thisAuthor = sessioninfos[client.id]!.author;

    pad.appendRevision(changeset, thisAuthor);
  });
}
