import { Mutex } from './mutex.js';

export interface AttachmentRecord { id: string; filename: string; localUri?: string; state: 'queued' | 'synced' }
export interface AttachmentContext {
  getActiveAttachments(): Promise<AttachmentRecord[]>;
  saveAttachments(attachments: AttachmentRecord[]): Promise<void>;
}

export class AttachmentService {
  private mutex = new Mutex();

  constructor(private context: AttachmentContext) {}

  /**
   * Executes a callback with exclusive access to the attachment context.
   */
  async withContext<T>(callback: (context: AttachmentContext) => Promise<T>): Promise<T> {
    return this.mutex.runExclusive(async () => {
      return callback(this.context);
    });
  }
}
