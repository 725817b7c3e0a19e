import retry from 'retry-as-promised';

import { ConnectionManager } from './connection-manager';
import { Query } from './query';

export interface QueryOptions { transaction?: { connection: import('pg').PoolClient }; retry?: object; bind?: unknown[] }

export class Sequelize {
  connectionManager = new ConnectionManager();

  constructor(public options: { retry: { max: number; match: string[] } }) {}

  query(sql: string, options: QueryOptions = {}) {
    return Promise.resolve()
      .then(() => {
        sql = sql.trim();
        return options.transaction ? options.transaction.connection : this.connectionManager.getConnection();
      })
      .then((connection) => {
        const query = new Query(connection);

        const retryOptions = Object.assign({}, this.options.retry, options.retry || {});

        return retry(() => query.run(sql, options.bind), retryOptions)
          .finally(() => {
            if (!options.transaction) {
              return this.connectionManager.releaseConnection(connection);
            }
          });
      });
  }
}
