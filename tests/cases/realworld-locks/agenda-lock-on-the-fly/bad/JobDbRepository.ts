export interface IJobParameters { _id: string; name: string; lockedAt?: Date }
export interface JobDefinition { lockLimit?: number; lockLifetime: number }
export interface Collection {
	findOneAndUpdate(criteria: object, update: object): Promise<{ value?: IJobParameters }>;
}

export class JobDbRepository {
	constructor(private collection: Collection) {}

	async lockJob(job: IJobParameters): Promise<IJobParameters | undefined> {
		const criteria = { _id: job._id, name: job.name, lockedAt: null };
		const resp = await this.collection.findOneAndUpdate(criteria, { $set: { lockedAt: new Date() } });
		return resp.value;
	}

	async getNextJobToRun(name: string): Promise<IJobParameters | undefined> {
		const resp = await this.collection.findOneAndUpdate({ name, lockedAt: null }, { $set: { lockedAt: new Date() } });
		return resp.value;
	}
}
