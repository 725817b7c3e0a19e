/** What `no-shared-mode-check` reports, and what it leaves alone. */
import { runRule } from './hosts.js';

const shared = (reference: string, writer: string): string =>
  `Compares configuration with \`${reference}\`, which ${writer} updates as soon as the first task reacts: all others then find nothing changed. Compare with what this connection was made from.`;

const likely = { options: { confidence: 'likely' } } as const;

const config = `
  import { existsSync } from 'node:fs';
  export const mainUrl = (): string => (existsSync('maintenance') ? 'replica' : 'main');
  export const config = { mode: 'live', url: 'main', region: { name: 'eu' } };
`;
const others = {
  'config.ts': config,
  'database.ts': `
    import { config, mainUrl } from './config.js';
    export class Database {
      url = '';
      mode = '';
      readonly name = 'db';
      reconnect(open: (url: string) => void) {
        this.url = \`\${mainUrl()}?user=web\`;
        this.mode = config.mode;
        open(this.url);
      }
    }
    export const database = new Database();
  `,
};

runRule('no-shared-mode-check', {
  reported: [
    {
      name: 'the value that a function of another file has from configuration',
      others: {
        ...others,
        'main-database.ts': `import { mainUrl } from './config.js';\nexport const mainDatabase = () => mainUrl() + '?user=web';`,
        'shared.ts': `
          import { mainDatabase } from './main-database.js';
          export class Shared {
            uri = mainDatabase();
            reconnect() { this.uri = mainDatabase(); }
          }
        `,
      },
      code: `
        import { mainDatabase } from './main-database.js';
        import type { Shared } from './shared.js';
        export function begin(shared: Shared) {
          if («shared.uri !== mainDatabase()») shared.reconnect();
        }
      `,
      reports: [shared('shared.uri', '`reconnect` (shared.ts:4)')],
    },
    {
      name: 'a function that is given the shared object, and a helper that returns the comparison',
      others,
      code: `
        import { mainUrl } from './config.js';
        import type { Database } from './database.js';
        export function isOutdated(database: Database) {
          return «database.url !== mainUrl()»;
        }
        export async function query(database: Database, open: (url: string) => void, wait: Promise<void>) {
          if (isOutdated(database)) database.reconnect(open);
          await wait;
          if («mainUrl() === database.url») return 'fresh';
          return 'stale';
        }
      `,
      reports: [shared('database.url', '`reconnect` (database.ts:7)'), shared('database.url', '`reconnect` (database.ts:7)')],
    },
    {
      name: 'a shared object of a module',
      others,
      code: `
        import { config } from './config.js';
        import { database } from './database.js';
        export function check(open: (url: string) => void) {
          if («config.mode != database.mode») database.reconnect(open);
        }
      `,
      reports: [shared('database.mode', '`reconnect` (database.ts:8)')],
    },
    {
      name: 'an object that a field holds, and a value that was read into a variable before',
      others,
      code: `
        import { mainUrl } from './config.js';
        import { Database } from './database.js';
        export class Requests {
          constructor(private readonly database: Database) {}
          begin(open: (url: string) => void) {
            const wanted = mainUrl();
            const current = this.database.url;
            const changed = «current !== wanted»;
            if (changed) this.database.reconnect(open);
            return changed;
          }
        }
      `,
      reports: [shared('current', '`reconnect` (database.ts:7)')],
    },
  ],
  silent: [
    {
      name: 'an object that follows the change with the one connection that it owns',
      others,
      code: `
        import { mainUrl } from './config.js';
        export class Client {
          #url = '';
          #close: (() => void) | undefined;
          follow(open: (url: string) => () => void) {
            if (this.#url === mainUrl()) return;
            this.#close?.();
            this.#url = \`\${mainUrl()}\`;
            this.#close = open(this.#url);
          }
        }
      `,
    },
    {
      name: "a readonly field of the consumer's own connection",
      ...likely,
      others: { ...others, 'connection.ts': `export class Connection { constructor(readonly url: string, readonly mode: string) {} close() {} }` },
      code: `
        import { config, mainUrl } from './config.js';
        import { Connection } from './connection.js';
        export class Consumer {
          #connection: Connection | undefined;
          connection() {
            const own = this.#connection;
            if (own && own.url === mainUrl() && own.mode === config.mode) return own;
            own?.close();
            return (this.#connection = new Connection(mainUrl(), config.mode));
          }
        }
      `,
    },
    {
      name: 'instanceof, and an epoch of its own',
      ...likely,
      others: {
        ...others,
        'modes.ts': `
          export class Live { readonly kind = 'live'; }
          export class ReadOnly { readonly kind = 'read-only'; }
          export const mode = { epoch: 0, now: new Live() as Live | ReadOnly };
          export function change(next: Live | ReadOnly) { mode.now = next; mode.epoch += 1; }
        `,
      },
      code: `
        import { mode, ReadOnly } from './modes.js';
        export class Consumer {
          #epoch = -1;
          sync(open: () => void) {
            if (mode.now instanceof ReadOnly) return;
            if (this.#epoch === mode.epoch) return;
            this.#epoch = mode.epoch;
            open();
          }
        }
      `,
    },
    {
      name: 'a field that only the constructor writes',
      ...likely,
      others: { ...others, 'pool.ts': `import { mainUrl } from './config.js';\nexport class Pool { url: string; constructor() { this.url = mainUrl(); } }` },
      code: `
        import { mainUrl } from './config.js';
        import { Pool } from './pool.js';
        let pool = new Pool();
        export function current() {
          if (pool.url !== mainUrl()) pool = new Pool();
          return pool;
        }
      `,
    },
    {
      name: 'compared with something else than configuration, or not for being equal',
      ...likely,
      others,
      code: `
        import { config, mainUrl } from './config.js';
        import { database } from './database.js';
        export function look(url: string) {
          if (database.url === url || database.name === mainUrl()) return true;
          if (config.mode === 'live' || mainUrl() === url) return true;
          return database.url.length > config.url.length;
        }
      `,
    },
    {
      name: 'a field that is written from something else than configuration',
      ...likely,
      others: { ...others, 'cursor.ts': `export class Cursor { at = ''; move(to: string) { this.at = to; } }` },
      code: `
        import { config } from './config.js';
        import type { Cursor } from './cursor.js';
        export const isHome = (cursor: Cursor) => cursor.at === config.url;
      `,
    },
    {
      name: 'in tests',
      file: 'database.test.ts',
      others,
      code: `
        import { mainUrl } from './config.js';
        import { database } from './database.js';
        export const same = () => database.url === mainUrl();
      `,
    },
  ],
});
