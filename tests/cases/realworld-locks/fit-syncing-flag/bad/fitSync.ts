import type { FitNotice } from './fitNotice';

export type SyncResult = { success: true; changes: string[] } | { success: false; error: string };

export class FitSync {
	constructor(private endpoint: string) {}

	async sync(syncNotice: FitNotice): Promise<SyncResult> {
		syncNotice.setMessage('Uploading local changes');
		const response = await fetch(`${this.endpoint}/sync`, { method: 'POST' });
		if (!response.ok) {
			return { success: false, error: response.statusText };
		}
		const { changes } = await response.json();
		return { success: true, changes };
	}
}
