import type postgres from 'postgres';

type Task = (tx: postgres.Sql) => Promise<unknown>;

export class TransactionPool {
  #tasks: (Task | 'done')[] = [];
  #wake: () => void = () => {};
  #workers: Promise<unknown>[] = [];

  run(db: postgres.Sql): this {
    this.#workers.push(
      db.begin(async tx => {
        for (;;) {
          const task = await this.#dequeue();
          if (task === 'done') return;
          await task(tx);
        }
      }),
    );
    return this;
  }

  async #dequeue(): Promise<Task | 'done'> {
    while (this.#tasks.length === 0) {
      await new Promise<void>(resolve => (this.#wake = resolve));
    }
    return this.#tasks.shift()!;
  }

  processReadTask<T>(readTask: (tx: postgres.Sql) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#tasks.push(async tx => {
        try {
          resolve(await readTask(tx));
        } catch (e) {
          reject(e);
        }
      });
      this.#wake();
    });
  }

  setDone() {
    this.#tasks.push('done');
    this.#wake();
  }

  async done() {
    await Promise.all(this.#workers);
  }
}
