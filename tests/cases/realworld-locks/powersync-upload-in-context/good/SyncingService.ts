import { readFile } from 'node:fs/promises';
import type { AttachmentRecord, AttachmentService } from './AttachmentService.js';
import type { RemoteStorageAdapter } from './SupabaseRemoteStorageAdapter.js';

export class SyncingService {
  constructor(private attachmentService: AttachmentService, private remoteStorage: RemoteStorageAdapter) {}

  async processAttachments(attachments: AttachmentRecord[]): Promise<void> {
    for (const attachment of attachments) {
      const updated = await this.uploadAttachment(attachment);
      await this.attachmentService.withContext((ctx) => ctx.saveAttachments([updated]));
    }
  }

  async uploadAttachment(attachment: AttachmentRecord): Promise<AttachmentRecord> {
    if (attachment.localUri == null) {
      throw new Error(`No localUri for attachment ${attachment.id}`);
    }
    const fileBlob = await readFile(attachment.localUri);
    await this.remoteStorage.uploadFile(fileBlob.buffer as ArrayBuffer, attachment);

    return { ...attachment, state: 'synced' };
  }
}
