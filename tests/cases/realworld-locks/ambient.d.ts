// Just enough of the libraries for the re-creations to type-check.
declare module 'async-mutex' {
  export class Mutex { acquire(): Promise<() => void>; runExclusive<T>(fn: () => Promise<T> | T): Promise<T>; isLocked(): boolean; release(): void }
}
declare module '@livekit/mutex' { export class Mutex { lock(): Promise<() => void> } export class MultiMutex { constructor(n: number); lock(): Promise<() => void> } }
declare module '@sapphire/async-queue' { export class AsyncQueue { wait(o?: { signal?: AbortSignal }): Promise<void>; shift(): void } }
declare module '@sqlite.org/sqlite-wasm' { export type SQLiteWorker = (type: string, args: object) => Promise<any>; export function sqlite3Worker1Promiser(o: { onready: () => void }): SQLiteWorker }
declare module 'async-lock' { export default class AsyncLock { acquire<T>(key: string | string[], fn: (done: (err?: Error | null, value?: T) => void) => unknown): Promise<T> } }
declare module 'axios' { const axios: { get(url: string, config?: object): Promise<any>; post(url: string, body?: object, config?: object): Promise<any> }; export default axios }
declare module 'aws4fetch' { export class AwsClient { constructor(o: object); fetch(url: string, init?: RequestInit): Promise<Response> } }
declare module '@aws-sdk/client-sesv2' { export class CreateEmailIdentityCommand { constructor(o: object) } export class SESv2Client { constructor(o: object); send(c: CreateEmailIdentityCommand): Promise<object> } }
declare module '@supabase/supabase-js' { export class SupabaseClient { storage: { from(bucket: string): { upload(path: string, data: ArrayBuffer): Promise<{ error: Error | null }> } } } }
declare module '@prisma/client' {
  interface Delegate { findUnique(a: object): Promise<any>; findFirst(a: object): Promise<any>; create(a: object): Promise<any>; update(a: object): Promise<any>; upsert(a: object): Promise<any>; findMany(a?: object): Promise<any[]>; findUniqueOrThrow(a: object): Promise<any>; createMany(a: object): Promise<any>; deleteMany(a: object): Promise<any> }
  interface Models { emailDomain: Delegate; envelope: Delegate; recipient: Delegate; field: Delegate; documentAuditLog: Delegate; backgroundWorker: Delegate; taskRunCounter: Delegate; taskRun: Delegate; ops: Delegate; participant: Delegate; vote: Delegate; option: Delegate; $executeRaw(q: TemplateStringsArray, ...v: unknown[]): Promise<number> }
  export namespace Prisma { interface TransactionClient extends Models {} }
  export interface PrismaClient extends Models {}
  export class PrismaClient { $connect(): Promise<void>; $disconnect(): Promise<void>; $transaction<T>(fn: (tx: Prisma.TransactionClient) => Promise<T>, o?: object): Promise<T> }
}
declare module 'better-sqlite3' { export interface Statement { run(p?: unknown[]): unknown; pluck(): Statement; get(p?: unknown[]): unknown } export default class Database { constructor(f: string); prepare(q: string): Statement; exec(q: string): void; transaction<F extends (...a: any[]) => unknown>(f: F): F } }
declare module 'drizzle-orm' { export interface SQL { (): void } export function sql(q: TemplateStringsArray, ...v: unknown[]): SQL; export function and(...c: unknown[]): SQL; export function eq(a: unknown, b: unknown): SQL }
declare module 'drizzle-orm/pg-core' {
  interface Column { primaryKey(): Column }
  export function pgTable<C extends Record<string, Column>>(name: string, columns: C): { [K in keyof C]: any };
  export function text(n: string): Column; export function integer(n: string): Column; export function boolean(n: string): Column; export function timestamp(n: string): Column; export function jsonb(n: string): Column;
  export interface Query extends Promise<any[]> { from(t: object): Query; where(c: unknown): Query; limit(n: number): Query; set(v: object): Query; values(v: object): Query; onConflictDoUpdate(o: object): Query; returning(): Query }
  export interface PgTransaction { select(f?: object): Query; insert(t: object): Query; update(t: object): Query; delete(t: object): Query; transaction<T>(fn: (tx: PgTransaction) => Promise<T>): Promise<T> }
  export interface PgDatabase extends PgTransaction {}
}
declare module 'drizzle-orm/node-postgres' { export function drizzle(c: object, o?: object): import('drizzle-orm/pg-core').PgDatabase }
declare module 'drizzle-orm/postgres-js' { export function drizzle(c: object, o?: object): import('drizzle-orm/pg-core').PgDatabase }
declare module 'ioredis' { export default class Redis { get(k: string): Promise<string | null>; set(k: string, v: string, mode?: string, ttl?: number): Promise<unknown> } export { Redis } }
declare module 'kysely' { export class Kysely<DB> { constructor(o: object); schema?: DB } export class PostgresDialect { constructor(o: object) } export function sql<T>(q: TemplateStringsArray, ...v: unknown[]): { execute(db: object): Promise<{ rows: T[] }> } }
declare module 'knex' {
  export namespace Knex {
    type IsolationLevels = 'read committed' | 'serializable';
    interface QueryBuilder extends Promise<any[]> { where(...a: any[]): QueryBuilder; andWhere(...a: any[]): QueryBuilder; whereIn(c: string, v: unknown[]): QueryBuilder; whereNotIn(c: string | string[], v: unknown[]): QueryBuilder; orderBy(c: string, d?: string): QueryBuilder; pluck(c: string): QueryBuilder; first(...c: string[]): Promise<any>; insert(v: object | object[]): QueryBuilder; update(v: object): QueryBuilder; onConflict(c: string | string[]): QueryBuilder; merge(): QueryBuilder; returning(c: string): QueryBuilder; select(...c: any[]): QueryBuilder }
    interface Transaction extends Knex { commit(): Promise<void>; rollback(): Promise<void>; on(e: string, f: (error: Error) => void): void }
  }
  export interface Knex { <T = any>(table: string): Knex.QueryBuilder; from<T = any>(table: string): Knex.QueryBuilder; raw(sql: string, b?: unknown[]): Promise<any>; transactionProvider(o?: object): () => Promise<Knex.Transaction>; transaction<T>(fn: (trx: Knex.Transaction) => Promise<T>): Promise<T> }
  export function knex(o: object): Knex;
}
declare module 'mongodb' {
  export interface ClientSession { startTransaction(): void; commitTransaction(): Promise<void>; abortTransaction(): Promise<void> }
  export class MongoClient { startSession(): ClientSession; db(): { collection(n: string): { insertOne(d: object, o?: { session?: ClientSession }): Promise<object>; updateOne(q: object, u: object, o?: { session?: ClientSession }): Promise<object> } } }
}
declare module 'n3' { export class Store { import(s: object): { on(e: string, f: (...a: any[]) => void): void }; removeQuads(q: object[]): void; addQuads(q: object[]): void; match(): NodeJS.ReadableStream } }
declare module 'meteor/meteor' { export namespace Meteor { interface LiveQueryHandle { stop(): void } function setTimeout(f: () => void, ms: number): number; function clearTimeout(h: number): void } }
declare module 'meteor/mongo' {
  export namespace Mongo {
    interface Cursor<T> { fetchAsync(): Promise<T[]>; observeChanges(o: { removed(): void }): import('meteor/meteor').Meteor.LiveQueryHandle }
    class Collection<T> { constructor(name: string); find(q: object): Cursor<T>; insertAsync(d: T): Promise<string>; removeAsync(q: string | object): Promise<number>; updateAsync(q: string, m: object): Promise<number> }
  }
}
declare module 'node-fetch' { const f: typeof fetch; export default f }
declare module 'node-firebird' {
  type Rows = (err: Error | null, rows: any[]) => void;
  type Done = (err: Error | null) => void;
  export interface Options { host: string; port: number; database: string }
  export interface Transaction { query(q: string, p: unknown[], cb: Rows): void; commit(cb: Done): void; rollback(cb: Done): void }
  export interface Database { query(q: string, p: unknown[], cb: Rows): void; transaction(cb: (err: Error | null, t: Transaction) => void): void; detach(cb: Done): void }
  export function attach(o: Options, cb: (err: Error | null, db: Database) => void): void;
  export function pool(n: number, o: Options): { get(cb: (err: Error | null, db: Database) => void): void };
}
declare module 'node:crypto' { interface Hash { update(s: string): Hash; digest(): { readBigInt64BE(n: number): bigint }; digest(e: 'hex'): string } export function createHash(a: string): Hash; export function randomUUID(): string; export function generateKeyPair(t: string, o: object, cb: (e: Error | null, keys: { publicKey: string; privateKey: string }) => void): void }
declare module 'node:events' { export class EventEmitter { on(e: string, f: (...a: any[]) => void): this; emit(e: string, ...a: any[]): boolean } }
declare module 'node:fs' { const fs: { readdirSync(p: string): string[]; readFileSync(p: string): { toString(e: string): string } }; export default fs }
declare module 'node:fs/promises' { export function readFile(p: string): Promise<{ buffer: ArrayBufferLike }>; export function writeFile(p: string, d: string): Promise<void>; export function mkdir(p: string, o?: { recursive: boolean }): Promise<void> }
declare module 'node:path' { const path: { join(...p: string[]): string; dirname(p: string): string; posix: { join(...p: string[]): string } }; export default path }
declare module 'node:timers/promises' { export function setTimeout(ms: number): Promise<void> }
declare module 'node:worker_threads' { export interface MessagePort { on(e: string, f: (m: any) => void): void; postMessage(m: unknown): void } }
declare module 'node:util' { export function promisify<A extends unknown[], R>(f: (...a: [...A, (e: Error | null, r: R) => void]) => void): (...a: A) => Promise<R> }
declare module 'p-limit' { export default function pLimit(concurrency: number): <T>(fn: () => Promise<T> | T) => Promise<T> }
declare module 'pg' {
  export interface PoolClient { query(q: string | object, v?: unknown[]): Promise<{ rows: any[] }>; release(destroy?: boolean): void; prependListener(e: string, f: (err: { code?: string }) => void): void }
  export class Pool { constructor(o?: object); connect(): Promise<PoolClient>; query(q: string, v?: unknown[]): Promise<{ rows: any[] }> }
  export class Client { constructor(o: object); connect(): Promise<void>; end(): Promise<void>; query(q: string, v?: unknown[]): Promise<{ rows: any[] }> }
  const pg: { Client: typeof Client }; export default pg;
}
declare module 'postgres' { function postgres(url: string, o?: object): postgres.Sql; namespace postgres { interface Sql { <T = any[]>(q: TemplateStringsArray, ...v: unknown[]): Promise<T>; begin<T>(fn: (tx: Sql) => Promise<T>): Promise<T>; unsafe(q: string): Promise<any[]> } } export = postgres }
declare module 'redlock' {
  export interface Lock { release(): Promise<unknown>; expiration: number }
  export default class Redlock { constructor(clients: unknown[], o?: object); acquire(keys: string[], ttl: number): Promise<Lock> }
}
declare module 'retry-as-promised' { export default function retry<T>(fn: () => Promise<T>, o: object): Promise<T> }
declare module 'semaphore-async-await' { export default class Semaphore { constructor(n: number); wait(): Promise<void>; release(): void } }
declare module 'sequelize' {
  export interface Transaction { commit(): Promise<void>; rollback(): Promise<void>; LOCK: { UPDATE: string } }
  export interface FindOptions { where?: object; transaction?: Transaction; rejectOnEmpty?: boolean; lock?: string; defaults?: object }
  export class Model {
    static sequelize?: Sequelize;
    static init(a: object, o: object): void;
    static findAll<M>(this: new () => M, o?: FindOptions): Promise<M[]>;
    static findByPk<M>(this: new () => M, id: string, o?: FindOptions): Promise<M>;
    static findOrBuild<M>(this: new () => M, o: FindOptions): Promise<[M, boolean]>;
    destroy(o?: { transaction?: Transaction }): Promise<void>;
    save(o?: { transaction?: Transaction }): Promise<this>;
    update(v: object, o?: { transaction?: Transaction }): Promise<this>;
  }
  export class Sequelize { constructor(url: string, o?: object); transaction<T>(fn: (t: Transaction) => Promise<T>): Promise<T> }
}
declare module 'simple-redis-mutex' { export function lock(redis: unknown, key: string, o: object): Promise<() => Promise<void>> }
declare module 'typeorm' {
  export interface Repository<T> { findOne(o: object): Promise<T | null>; save(o: T): Promise<T>; update(c: object, v: object): Promise<void> }
  export interface QueryBuilder { update(t: string): QueryBuilder; set(v: object): QueryBuilder; insert(): QueryBuilder; into(t: string): QueryBuilder; values(v: object): QueryBuilder; where(w: string, p?: object): QueryBuilder; execute(): Promise<void> }
  export interface EntityManager { createQueryBuilder(): QueryBuilder; save(o: object): Promise<void>; getRepository<T>(e: new () => T): Repository<T> }
  export interface QueryRunner { manager: EntityManager; isTransactionActive: boolean; query(q: string, p?: unknown[]): Promise<any[]>; getReplicationMode(): 'master' | 'slave'; startTransaction(): Promise<void>; commitTransaction(): Promise<void>; rollbackTransaction(): Promise<void>; release(): Promise<void> }
  export class DataSource { createQueryRunner(mode?: 'master' | 'slave'): QueryRunner; transaction<T>(fn: (m: EntityManager) => Promise<T>): Promise<T>; getRepository<T>(e: new () => T): Repository<T> }
  export function getConnection(): DataSource;
}
declare const process: { env: Record<string, string | undefined> };
declare namespace NodeJS { interface ReadableStream { on(e: string, f: (...a: any[]) => void): this } }
