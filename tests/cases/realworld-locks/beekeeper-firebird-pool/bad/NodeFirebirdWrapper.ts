import { attach, pool, type Database, type Options, type Transaction as NodeTransaction } from 'node-firebird';

export class Transaction {
  constructor(private transaction: NodeTransaction) {}

  query(query: string, params?: unknown[]): Promise<any[]> {
    return new Promise((resolve, reject) => {
      this.transaction.query(query, params ?? [], (err, rows) => (err ? reject(err) : resolve(rows)));
    });
  }

  commit(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.transaction.commit((err) => (err ? reject(err) : resolve()));
    });
  }

  rollback(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.transaction.rollback((err) => (err ? reject(err) : resolve()));
    });
  }
}

export class Connection {
  constructor(private database: Database) {}

  static attach(options: Options): Promise<Connection> {
    return new Promise((resolve, reject) => {
      attach(options, (err, db) => (err ? reject(err) : resolve(new Connection(db))));
    });
  }

  query(query: string, params?: unknown[]): Promise<any[]> {
    return new Promise((resolve, reject) => {
      this.database.query(query, params ?? [], (err, rows) => (err ? reject(err) : resolve(rows)));
    });
  }

  transaction(): Promise<Transaction> {
    return new Promise((resolve, reject) => {
      this.database.transaction((err, transaction) => (err ? reject(err) : resolve(new Transaction(transaction))));
    });
  }

  release(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.database.detach((err) => (err ? reject(err) : resolve()));
    });
  }
}

export class Pool {
  private pool: { get(callback: (err: Error | null, db: Database) => void): void };

  constructor(options: Options) {
    this.pool = pool(10, options);
  }

  getConnection(): Promise<Connection> {
    return new Promise((resolve, reject) => {
      this.pool.get((err, db) => (err ? reject(err) : resolve(new Connection(db))));
    });
  }
}
