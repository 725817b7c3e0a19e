import { awaitStatsForSession, type IChatSessionStats } from './chat.js';
import { ChatModel } from './chatModel.js';
import type { IChatEditingSession } from './chatEditingService.js';

export class ChatService {
  private readonly models = new Map<string, ChatModel>();

  constructor(private readonly createEditingSession: () => IChatEditingSession) {}

  startSession(sessionId: string): ChatModel {
    const model = new ChatModel(sessionId, this.createEditingSession);
    model.startEditingSession();
    this.models.set(sessionId, model);
    return model;
  }

  removeSession(sessionId: string): void {
    this.models.get(sessionId)?.dispose();
    this.models.delete(sessionId);
  }

  async getLiveSessionItems(): Promise<{ title: string; stats: IChatSessionStats | undefined }[]> {
    return Promise.all(
      Array.from(this.models.values()).map(async (model) => ({
        title: model.sessionId,
        stats: await awaitStatsForSession(model),
      })),
    );
  }
}
