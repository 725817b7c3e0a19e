import { MultiMutex, Mutex } from '@livekit/mutex';

import type { JobExecutor, RunningJobInfo } from './job_executor';
import { Queue } from './utils';

export class ProcPool {
  executors: JobExecutor[] = [];
  tasks: Promise<void>[] = [];
  started = false;
  closed = false;
  controller = new AbortController();
  initMutex = new Mutex();
  procMutex?: MultiMutex;
  warmedProcQueue = new Queue<{ proc: JobExecutor; unlock: () => void }>();

  constructor(
    private createExecutor: (timeout: number) => JobExecutor,
    private initializeTimeout: number,
    numIdleProcesses: number,
  ) {
    if (numIdleProcesses > 0) {
      this.procMutex = new MultiMutex(numIdleProcesses);
    }
  }

  async launchJob(info: RunningJobInfo) {
    let proc: JobExecutor;
    if (this.procMutex) {
      const entry = await this.warmedProcQueue.get();
      proc = entry.proc;
      // Release exactly the slot that produced this warmed process.
      entry.unlock();
    } else {
      proc = this.createExecutor(this.initializeTimeout);
      this.executors.push(proc);
      await proc.start();
      await proc.initialize();
    }
    await proc.launchJob(info);
  }

  async procWatchTask(procUnlock: () => void) {
    const proc = this.createExecutor(this.initializeTimeout);

    try {
      this.executors.push(proc);

      const unlock = await this.initMutex.lock();
      let procUnlockTransferred = false;
      try {
        if (this.closed) {
          return;
        }

        await proc.start();
        try {
          await proc.initialize();
          await this.warmedProcQueue.put({ proc, unlock: procUnlock });
          procUnlockTransferred = true;
        } catch {
          // Initialization failed before enqueue, so release the acquired slot immediately.
        }
      } finally {
        unlock();
        if (!procUnlockTransferred) {
          procUnlock();
        }
      }
      await proc.join();
    } finally {
      const procIndex = this.executors.indexOf(proc);
      if (procIndex !== -1) {
        this.executors.splice(procIndex, 1);
      } else {
        throw new Error(`proc ${proc} not found in executors`);
      }
    }
  }

  start() {
    if (this.started) {
      return;
    }

    this.started = true;
    this.run(this.controller.signal);
  }

  async run(signal: AbortSignal) {
    if (this.procMutex) {
      while (!signal.aborted) {
        const procUnlock = await this.procMutex.lock();
        const task = this.procWatchTask(procUnlock);
        this.tasks.push(task);
        task.finally(() => {
          const taskIndex = this.tasks.indexOf(task);
          if (taskIndex !== -1) {
            this.tasks.splice(taskIndex, 1);
          } else {
            throw new Error(`task ${task} not found in tasks`);
          }
        });
      }
    }
  }

  async close() {
    if (!this.started) {
      return;
    }
    this.closed = true;
    this.controller.abort();
    this.warmedProcQueue.items.forEach((e) => {
      e.unlock();
      e.proc.close();
    });
    this.executors.forEach((e) => e.close());
    await Promise.allSettled(this.tasks);
  }
}
