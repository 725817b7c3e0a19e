export interface PostgresConnectionCredentialsOptions { url?: string; host?: string; port?: number; username?: string; password?: string; database?: string }
export interface PostgresConnectionOptions extends PostgresConnectionCredentialsOptions {
  type: 'postgres';
  replication?: { master: PostgresConnectionCredentialsOptions; slaves: PostgresConnectionCredentialsOptions[] };
  extra?: Record<string, unknown>;
}
