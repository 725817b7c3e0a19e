import type { IJobParameters } from './JobDbRepository';

export class Job {
	constructor(readonly attrs: IJobParameters) {}
}
