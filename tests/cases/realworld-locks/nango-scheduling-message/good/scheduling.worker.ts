import type { Knex } from 'knex';
import { setTimeout } from 'node:timers/promises';
import type { MessagePort } from 'node:worker_threads';

import * as tasks from './tasks';

export class SchedulingChild {
    private db: Knex;
    private parent: MessagePort;
    private cancelled: boolean = false;
    private tickIntervalMs = 100;

    constructor(parent: MessagePort, db: Knex) {
        this.db = db;
        this.parent = parent;
        this.parent.on('message', async (msg: 'start' | 'stop') => {
            switch (msg) {
                case 'start':
                    await this.start();
                    break;
                case 'stop':
                    this.stop();
                    break;
            }
        });
    }

    async start(): Promise<void> {
        while (!this.cancelled) {
            await this.schedule();
            await setTimeout(this.tickIntervalMs);
        }
    }

    stop(): void {
        this.cancelled = true;
    }

    async schedule(): Promise<void> {
        const taskIds = await this.db.transaction(async (trx) => {
            const taskIds: string[] = [];
            // Try to acquire a lock to prevent multiple instances from scheduling at the same time
            const res = await trx.raw('SELECT pg_try_advisory_xact_lock(?) AS lock_granted', [5003001106]);
            const lockGranted = res?.rows.length > 0 ? res.rows[0].lock_granted : false;

            if (lockGranted) {
                const schedules = await tasks.dueSchedules(trx);
                for (const schedule of schedules) {
                    const task = await tasks.create(trx, {
                        scheduleId: schedule.id,
                        name: `${schedule.name}:${new Date().toISOString()}`,
                        payload: schedule.payload
                    });
                    taskIds.push(task.id);
                }
            } else {
                await setTimeout(1000); // wait for 1s before trying again
            }
            return taskIds;
        });
        if (taskIds.length > 0) {
            this.parent.postMessage({ ids: taskIds }); // notifying parent that tasks have been created
        }
    }
}
