import { DriverUtils } from './driver-utils.js';
import type { PostgresConnectionCredentialsOptions, PostgresConnectionOptions } from './options.js';

export interface Pool { end(): Promise<void> }

export class PostgresDriver {
  options: PostgresConnectionOptions;
  master: Pool | undefined;
  slaves: Pool[] = [];

  constructor(options: PostgresConnectionOptions, private readonly open: (options: object) => Promise<Pool>) {
    this.options = options;
  }

  async connect(): Promise<void> {
    if (this.options.replication) {
      this.slaves = await Promise.all(
        this.options.replication.slaves.map((slave) => this.createPool(this.options, slave)),
      );
      this.master = await this.createPool(this.options, this.options.replication.master);
    } else {
      this.master = await this.createPool(this.options, this.options);
    }
  }

  protected async createPool(options: PostgresConnectionOptions, credentials: PostgresConnectionCredentialsOptions): Promise<Pool> {
    credentials = Object.assign({}, credentials, DriverUtils.buildDriverOptions(credentials));

    const connectionOptions = Object.assign(
      {},
      {
        host: credentials.host,
        user: credentials.username,
        password: credentials.password,
        database: credentials.database,
        port: credentials.port,
      },
      options.extra || {},
    );

    return this.open(connectionOptions);
  }
}
