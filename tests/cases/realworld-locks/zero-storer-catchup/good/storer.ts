import type postgres from 'postgres';

import type { ChangeEntry, Subscriber } from './subscriber';
import { TransactionPool } from './transaction-pool';

export class Storer {
  readonly #db: postgres.Sql;
  readonly #replicaVersion: string;

  constructor(db: postgres.Sql, replicaVersion: string) {
    this.#db = db;
    this.#replicaVersion = replicaVersion;
  }

  async getLastWatermark(): Promise<string> {
    const [{lastWatermark}] = await this.#db<{lastWatermark: string}[]>`
      SELECT "lastWatermark" FROM "replicationState"`;
    return lastWatermark;
  }

  async startCatchup(subs: Subscriber[]) {
    if (subs.length === 0) {
      return;
    }

    const reader = new TransactionPool();
    reader.run(this.#db);

    // Ensure that the transaction has started (and is thus holding a snapshot
    // of the database) before continuing on to commit more changes.
    await reader.processReadTask(async () => {});

    // Run the actual catchup queries in the background. Errors are handled in
    // #catchup() by disconnecting the associated subscriber.
    void Promise.all(subs.map(sub => this.#catchup(sub, reader))).finally(() =>
      reader.setDone(),
    );
  }

  async #catchup(sub: Subscriber, reader: TransactionPool) {
    try {
      await reader.processReadTask(async tx => {
        const start = Date.now();

        let watermarkFound = sub.watermark === this.#replicaVersion;
        let count = 0;
        const entries = await tx<ChangeEntry[]>`
          SELECT watermark, change FROM "changeLog"
           WHERE watermark >= ${sub.watermark}
           ORDER BY watermark, pos`;
        for (const entry of entries) {
          if (entry.watermark === sub.watermark) {
            watermarkFound = true;
          } else if (watermarkFound) {
            sub.catchup(entry.change);
            count++;
          }
        }
        if (watermarkFound) {
          console.info(`caught up ${sub.id} with ${count} changes (${Date.now() - start} ms)`);
        } else {
          console.warn(`subscriber at watermark ${sub.watermark} is ahead of latest watermark`);
        }
        // Flushes the backlog of messages buffered during catchup and
        // allows the subscription to forward subsequent messages immediately.
        sub.setCaughtUp();
      });
    } catch (err) {
      sub.fail(err);
      console.error(`error while catching up subscriber ${sub.id}`, err);
    }
  }
}
