import { AttachmentRecord, AttachmentState } from './Schema.js';

export interface Database {
  getAll<T>(sql: string, parameters?: unknown[]): Promise<T[]>;
  execute(sql: string, parameters?: unknown[]): Promise<void>;
}

/**
 * AttachmentContext provides database operations for managing attachment records.
 *
 * @internal
 */
export class AttachmentContext {
  constructor(readonly db: Database, readonly tableName: string) {}

  async getActiveAttachments(): Promise<AttachmentRecord[]> {
    return this.db.getAll<AttachmentRecord>(`SELECT * FROM ${this.tableName} WHERE state = ? OR state = ?`, [
      AttachmentState.QUEUED_UPLOAD,
      AttachmentState.QUEUED_DELETE
    ]);
  }

  async saveAttachments(attachments: AttachmentRecord[]): Promise<void> {
    for (const attachment of attachments) {
      await this.db.execute(`INSERT OR REPLACE INTO ${this.tableName} (id, filename, local_uri, state) VALUES (?, ?, ?, ?)`, [
        attachment.id,
        attachment.filename,
        attachment.localUri,
        attachment.state
      ]);
    }
  }

  async deleteAttachment(attachmentId: string): Promise<void> {
    await this.db.execute(`DELETE FROM ${this.tableName} WHERE id = ?`, [attachmentId]);
  }
}
