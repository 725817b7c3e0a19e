import { AttachmentContext } from './AttachmentContext.js';
import { AttachmentService } from './AttachmentService.js';
import { AttachmentRecord, AttachmentState } from './Schema.js';

export interface RemoteStorageAdapter {
  uploadFile(fileData: ArrayBuffer, attachment: AttachmentRecord): Promise<void>;
  deleteFile(attachment: AttachmentRecord): Promise<void>;
}

export interface LocalStorageAdapter {
  initialize(): Promise<void>;
  readFile(filePath: string): Promise<ArrayBuffer>;
  deleteFile(filePath: string): Promise<void>;
}

export class SyncingService {
  private attachmentService: AttachmentService;
  private localStorage: LocalStorageAdapter;
  private remoteStorage: RemoteStorageAdapter;

  constructor(attachmentService: AttachmentService, localStorage: LocalStorageAdapter, remoteStorage: RemoteStorageAdapter) {
    this.attachmentService = attachmentService;
    this.localStorage = localStorage;
    this.remoteStorage = remoteStorage;
  }

  async processAttachments(attachments: AttachmentRecord[], context: AttachmentContext): Promise<void> {
    const updatedAttachments: AttachmentRecord[] = [];
    for (const attachment of attachments) {
      switch (attachment.state) {
        case AttachmentState.QUEUED_UPLOAD:
          const uploaded = await this.uploadAttachment(attachment);
          updatedAttachments.push(uploaded);
          break;
        case AttachmentState.QUEUED_DELETE:
          const deleted = await this.deleteAttachment(attachment, context);
          updatedAttachments.push(deleted);
          break;

        default:
          break;
      }
    }

    await context.saveAttachments(updatedAttachments);
  }

  async uploadAttachment(attachment: AttachmentRecord): Promise<AttachmentRecord> {
    if (attachment.localUri == null) {
      throw new Error(`No localUri for attachment ${attachment.id}`);
    }
    const fileBlob = await this.localStorage.readFile(attachment.localUri);
    await this.remoteStorage.uploadFile(fileBlob, attachment);

    return { ...attachment, state: AttachmentState.SYNCED };
  }

  async deleteAttachment(attachment: AttachmentRecord, context: AttachmentContext): Promise<AttachmentRecord> {
    await this.remoteStorage.deleteFile(attachment);
    if (attachment.localUri) {
      await this.localStorage.deleteFile(attachment.localUri);
    }

    await context.deleteAttachment(attachment.id);

    return { ...attachment, state: AttachmentState.ARCHIVED };
  }
}
