// Real connections over the loopback interface, that drop and come back by name while they are notified. Nothing here
// waits for time: each step follows from an event of a socket.

import { EventEmitter, once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { Notifier, type NotifierSession } from '../../src/runtime/index.js';
import { gate } from './manual-clock.js';

interface Connection {
  readonly socket: Socket;
  readonly consumer: Consumer;
  /** Emits the text of each line that comes. */
  readonly lines: EventEmitter;
  /** The server has been told that it is gone. */
  isDead: boolean;
}

/** A consumer as the server knows it: what is for it and has not been acknowledged, in this order. */
interface Consumer {
  readonly queue: number[];
  session?: NotifierSession;
}

/** The lines that come; an error of the socket is told by its end alone. */
function linesOf(socket: Socket) {
  const ignore = (): void => {};
  return createInterface(socket.on('error', ignore)).on('error', ignore);
}

/** Serves numbers to consumers that say their name first, and acknowledge each number. */
function serve(names: readonly string[]) {
  const consumers = new Map(names.map((name): [string, Consumer] => [name, { queue: [] }]));
  const wrong: string[] = [];
  const released = new Map<Connection, number>();
  const connections: Connection[] = [];
  let cutOff = 0;

  const notifier = new Notifier<Connection>(
    async ({ payload, signal, session, generation }) => {
      const { queue } = payload.consumer;
      if (payload.isDead) wrong.push('a delivery to a connection that is known to be dead');
      if (generation !== session.generation) wrong.push('a delivery to a connection that has been replaced');
      signal.addEventListener('abort', () => (cutOff += 1));
      while (queue.length > 0) {
        const acknowledged = once(payload.lines, `ack ${queue[0]}`, { signal });
        payload.socket.write(`${queue[0]}\n`);
        await acknowledged;
        queue.shift();
      }
    },
    {
      release: (connection) => {
        released.set(connection, (released.get(connection) ?? 0) + 1);
        connection.socket.destroy();
      },
    },
  );

  const server = createServer((socket) => {
    const lines = new EventEmitter();
    const reader = linesOf(socket);
    reader.once('line', (name) => {
      const consumer = consumers.get(name)!;
      const connection: Connection = { socket, consumer, lines, isDead: false };
      connections.push(connection);
      reader.on('line', (line) => lines.emit(line));
      const { session } = consumer;
      const generation = session && notifier.replace(session, connection);
      // Only the first connection is told of what has been there before it; the others get what their predecessors did not.
      if (generation === undefined) notifier.mark((consumer.session = notifier.open(connection)));
      const mine = { generation: generation ?? 1 };
      const gone = (): void => {
        connection.isDead = true;
        notifier.suspend(consumer.session!, Infinity, mine);
      };
      // It may be gone already, before its name was read.
      if (socket.destroyed) gone();
      else socket.once('close', gone);
    });
  });

  return {
    server, notifier, connections, released, wrong,
    cutOff: () => cutOff,
    /** There is a number for this consumer, connected or not. */
    send(name: string, item: number): void {
      const consumer = consumers.get(name)!;
      consumer.queue.push(item);
      if (consumer.session !== undefined) notifier.mark(consumer.session);
    },
  };
}

/** Takes numbers until it has `count` of them; `respond` says what it does about the one that has come. */
async function consume(
  port: number,
  name: string,
  count: number,
  respond: (item: number) => 'acknowledge' | 'drop' | 'reset' | 'acknowledge and drop' | 'reconnect',
): Promise<number[]> {
  const received = new Set<number>();
  const done = gate();
  const open = (): void => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${name}\n`));
    let isCurrent = true;
    const openNext = (): void => {
      if (isCurrent && received.size < count) open();
      isCurrent = false;
    };
    socket.once('close', openNext);
    linesOf(socket).on('line', (line) => {
      if (socket.destroyed || socket.writableEnded) return;
      const item = Number(line);
      received.add(item);
      if (received.size === count) done.open();
      const response = received.size === count ? 'acknowledge' : respond(item);
      if (response.startsWith('acknowledge')) socket.write(`ack ${item}\n`);
      if (response === 'acknowledge and drop') socket.end();
      if (response === 'drop') socket.destroy();
      if (response === 'reset') socket.resetAndDestroy();
      // The new connection is there while the old one still is.
      if (response === 'reconnect') openNext();
    });
  };
  open();
  await done.promise;
  return [...received].toSorted((a, b) => a - b);
}

/** A sequence of numbers from 0 to below `limit`, the same each time. */
function sequence(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

describe('Notifier with real sockets', () => {
  it('N3 N5 N10 consumers that drop and come back by name lose nothing, and none that is dead is told', async () => {
    const names = ['alice', 'bob', 'carol'];
    const each = 60;
    const { server, notifier, connections, released, wrong, cutOff, send } = serve(names);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      const items = Array.from({ length: each }, (_, index) => index);
      for (const name of names) send(name, 0);
      const all = names.map((name, number) => {
        const random = sequence(number + 1);
        const ways = ['acknowledge', 'drop', 'reset', 'acknowledge and drop', 'reconnect', 'acknowledge'] as const;
        const sent = new Set([0]);
        return consume(port, name, each, (item) => {
          // What comes next is sent when this has come: while it is being told, and often while it is away.
          if (item + 1 < each && !sent.has(item + 1)) {
            sent.add(item + 1);
            send(name, item + 1);
          }
          return ways[random(ways.length)]!;
        });
      });
      for (const received of await Promise.all(all)) expect(received).toEqual(items);
    } finally {
      const left = await notifier.shutdown();
      server.close();
      await once(server, 'close');
      expect(left).toEqual([]);
    }
    expect(wrong).toEqual([]);
    expect(cutOff()).toBeGreaterThan(names.length * 10);
    expect(connections.length).toBeGreaterThan(names.length * 10);
    expect(connections.map((connection) => released.get(connection))).toEqual(connections.map(() => 1));
  });
});
