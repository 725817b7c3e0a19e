import type { AttachmentContext } from './AttachmentService.js';
import { AttachmentService } from './AttachmentService.js';
import { Mutex } from './mutex.js';
import type { RemoteStorageAdapter } from './SupabaseRemoteStorageAdapter.js';
import { SyncingService } from './SyncingService.js';

export class AttachmentQueue {
  private readonly attachmentService: AttachmentService;
  private readonly syncingService: SyncingService;
  private syncLoopMutex = new Mutex();

  constructor(context: AttachmentContext, remoteStorage: RemoteStorageAdapter) {
    this.attachmentService = new AttachmentService(context);
    this.syncingService = new SyncingService(this.attachmentService, remoteStorage);
  }

  async syncStorage(): Promise<void> {
    await this.syncLoopMutex.runExclusive(async () => {
      const activeAttachments = await this.attachmentService.withContext((ctx) => ctx.getActiveAttachments());

      await this.syncingService.processAttachments(activeAttachments);
    });
  }

  async saveFile(id: string, filename: string, localUri: string): Promise<void> {
    await this.attachmentService.withContext(async (ctx) => {
      await ctx.saveAttachments([{ id, filename, localUri, state: 'queued' }]);
    });
  }
}
