import { MongoClient, type ClientSession } from 'mongodb';

export class DatabaseController {
  private _transactionalSession: ClientSession | null = null;

  constructor(private client: MongoClient) {}

  async createTransactionalSession(): Promise<void> {
    const session = this.client.startSession();
    session.startTransaction();
    this._transactionalSession = session;
  }

  commitTransactionalSession(): Promise<void> {
    if (!this._transactionalSession) {
      throw new Error('There is no transactional session to commit');
    }
    return this._transactionalSession.commitTransaction().then(() => {
      this._transactionalSession = null;
    });
  }

  abortTransactionalSession(): Promise<void> {
    if (!this._transactionalSession) {
      throw new Error('There is no transactional session to abort');
    }
    return this._transactionalSession.abortTransaction().then(() => {
      this._transactionalSession = null;
    });
  }

  create(className: string, object: object): Promise<object> {
    return this.client.db().collection(className).insertOne(object, { session: this._transactionalSession ?? undefined });
  }

  update(className: string, query: object, update: object): Promise<object> {
    return this.client.db().collection(className).updateOne(query, { $set: update }, { session: this._transactionalSession ?? undefined });
  }
}
