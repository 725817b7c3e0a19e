import type { IChatEditingSession } from './chatEditingService.js';

export interface IChatModel {
  readonly sessionId: string;
  readonly editingSession?: IChatEditingSession | undefined;
}

export class ChatModel implements IChatModel {
  private _editingSession: IChatEditingSession | undefined;
  get editingSession(): IChatEditingSession | undefined {
    return this._editingSession;
  }

  constructor(readonly sessionId: string, private readonly createEditingSession: (model: IChatModel) => IChatEditingSession) {}

  startEditingSession(): void {
    this._editingSession ??= this.createEditingSession(this);
  }

  dispose(): void {
    this._editingSession?.dispose();
    this._editingSession = undefined;
  }
}
