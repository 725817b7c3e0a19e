import { Job } from './Job';
import type { IJobParameters, JobDbRepository, JobDefinition } from './JobDbRepository';

const log = (...args: unknown[]) => console.debug('agenda:jobProcessor', ...args);

export class JobProcessor {
	private isLockingOnTheFly = false;
	private isJobQueueFilling = new Map<string, boolean>();
	private jobsToLock: Job[] = [];
	private lockedJobs: Job[] = [];
	private jobQueue: Job[] = [];

	constructor(
		private db: JobDbRepository,
		private definitions: Record<string, JobDefinition>,
		private totalLockLimit: number
	) {}

	async process(extraJob?: Job): Promise<void> {
		if (!extraJob) {
			await Promise.all(Object.keys(this.definitions).map(name => this.jobQueueFilling(name)));
		} else if (this.definitions[extraJob.attrs.name]) {
			// Add the job to list of jobs to lock and then lock it immediately!
			this.jobsToLock.push(extraJob);
			await this.lockOnTheFly();
		}
	}

	shouldLock(name: string): boolean {
		if (this.totalLockLimit && this.totalLockLimit <= this.lockedJobs.length) {
			return false;
		}
		const limit = this.definitions[name].lockLimit;
		return !limit || limit > this.lockedJobs.filter(job => job.attrs.name === name).length;
	}

	/**
	 * Internal method that will lock a job and store it on MongoDB
	 * This method is called when we immediately start to process a job without using the process interval
	 */
	async lockOnTheFly(): Promise<void> {
		// Already running this? Return
		if (this.isLockingOnTheFly) {
			log('lockOnTheFly() already running, returning');
			return;
		}

		// Don't have any jobs to run? Return
		if (this.jobsToLock.length === 0) {
			log('no jobs to current lock on the fly, returning');
			return;
		}

		// Set that we are running this
		try {
			this.isLockingOnTheFly = true;

			// Grab a job that needs to be locked
			const job = this.jobsToLock.pop();

			if (job) {
				// If locking limits have been hit, stop locking on the fly.
				// Jobs that were waiting to be locked will be picked up during a
				// future locking interval.
				if (!this.shouldLock(job.attrs.name)) {
					log('lock limit hit for: [%s]', job.attrs.name);
					this.jobsToLock = [];
					return;
				}

				// Lock the job in MongoDB!
				const resp = await this.db.lockJob(job.attrs);

				if (resp) {
					const jobToEnqueue = new Job(resp);
					log('found job [%s] that can be locked on the fly', jobToEnqueue.attrs.name);
					this.lockedJobs.push(jobToEnqueue);
					this.jobQueue.push(jobToEnqueue);
				}
			}
		} finally {
			// Mark lock on fly is done for now
			this.isLockingOnTheFly = false;
		}

		// Re-run in case anything is in the queue
		await this.lockOnTheFly();
	}

	private async jobQueueFilling(name: string): Promise<void> {
		// Already running this? Return
		if (this.isJobQueueFilling.get(name)) {
			return;
		}
		this.isJobQueueFilling.set(name, true);

		try {
			const next: IJobParameters | undefined = await this.db.getNextJobToRun(name);
			if (next && this.shouldLock(name)) {
				this.jobQueue.push(new Job(next));
			}
		} catch (error) {
			log('[%s] job lock failed while filling queue', name, error);
		} finally {
			this.isJobQueueFilling.delete(name);
		}
	}
}
