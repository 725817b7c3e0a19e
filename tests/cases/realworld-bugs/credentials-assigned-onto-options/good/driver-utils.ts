import type { PostgresConnectionCredentialsOptions } from './options.js';

export class DriverUtils {
  static buildDriverOptions(options: PostgresConnectionCredentialsOptions): PostgresConnectionCredentialsOptions {
    if (options.url) {
      const parsed = new URL(options.url);
      return {
        host: parsed.hostname,
        port: Number(parsed.port),
        username: parsed.username,
        password: parsed.password,
        database: parsed.pathname.slice(1),
      };
    }
    return Object.assign({}, options);
  }
}
