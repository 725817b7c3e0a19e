import { Mutex } from 'async-mutex';
import { AttachmentContext, Database } from './AttachmentContext.js';

/**
 * Service for querying and watching attachment records in the database.
 *
 * @internal
 */
export class AttachmentService {
  private mutex = new Mutex();
  private context: AttachmentContext;

  constructor(db: Database, tableName: string = 'attachments') {
    this.context = new AttachmentContext(db, tableName);
  }

  /**
   * Executes a callback with exclusive access to the attachment context.
   */
  async withContext<T>(callback: (context: AttachmentContext) => Promise<T>): Promise<T> {
    return this.mutex.runExclusive(async () => {
      return callback(this.context);
    });
  }
}
