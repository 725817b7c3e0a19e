import { readFile } from 'node:fs/promises';
import type { AttachmentContext, AttachmentRecord, AttachmentService } from './AttachmentService.js';
import type { RemoteStorageAdapter } from './SupabaseRemoteStorageAdapter.js';

export class SyncingService {
  constructor(private attachmentService: AttachmentService, private remoteStorage: RemoteStorageAdapter) {}

  async processAttachments(attachments: AttachmentRecord[], context: AttachmentContext): Promise<void> {
    const updatedAttachments: AttachmentRecord[] = [];
    for (const attachment of attachments) {
      updatedAttachments.push(await this.uploadAttachment(attachment));
    }

    await context.saveAttachments(updatedAttachments);
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
