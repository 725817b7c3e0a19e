export interface MatrixEvent { getId(): string | undefined; getSender(): string; getContent(): { body?: string } }
export interface MatrixClient {
  on(event: 'Room.timeline', handler: (event: MatrixEvent, room: { roomId: string } | undefined) => void): void;
  sendEvent(roomId: string, type: string, content: object): Promise<void>;
}

export class Responder {
  constructor(private client: MatrixClient, private roomId: string) {}

  async finalize(text: string) {
    await this.client.sendEvent(this.roomId, 'm.room.message', { body: text });
  }

  async onError(error: Error) {
    await this.client.sendEvent(this.roomId, 'm.room.message', { body: error.message });
  }
}
