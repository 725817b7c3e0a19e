import { padManager, type Pad } from './PadManager.js';

export interface Client { id: string; json: { send(message: object): void } }
export interface UserChanges { data: { baseRev: number; changeset: string } }

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
  const { author: thisAuthor, padId } = sessioninfos[client.id]!;

  padManager.getPad(padId, (err: Error | null, pad: Pad) => {
    if (err) throw err;
    if (baseRev > pad.getHeadRevisionNumber()) {
      client.json.send({ disconnect: 'badChangeset' });
      return;
    }

    pad.appendRevision(changeset, thisAuthor);
  });
}
