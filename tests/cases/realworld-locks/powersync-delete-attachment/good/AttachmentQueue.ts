import { Database } from './AttachmentContext.js';
import { AttachmentService } from './AttachmentService.js';
import { LocalStorageAdapter, RemoteStorageAdapter, SyncingService } from './SyncingService.js';

export class AttachmentQueue {
  private readonly attachmentService: AttachmentService;
  private readonly syncingService: SyncingService;
  private readonly localStorage: LocalStorageAdapter;

  constructor({
    db,
    localStorage,
    remoteStorage,
    tableName = 'attachments'
  }: {
    db: Database;
    localStorage: LocalStorageAdapter;
    remoteStorage: RemoteStorageAdapter;
    tableName?: string;
  }) {
    this.localStorage = localStorage;
    this.attachmentService = new AttachmentService(db, tableName);
    this.syncingService = new SyncingService(this.attachmentService, localStorage, remoteStorage);
  }

  /**
   * Synchronizes all active attachments between local and remote storage.
   */
  async syncStorage(): Promise<void> {
    await this.attachmentService.withContext(async (ctx) => {
      const activeAttachments = await ctx.getActiveAttachments();
      await this.localStorage.initialize();
      await this.syncingService.processAttachments(activeAttachments, ctx);
    });
  }
}
