import type { FitNotice } from './fitNotice';

export type SyncResult = { success: true; changes: string[] } | { success: false; error: string } | { success: false; error: 'already-syncing' };

export class FitSync {
	constructor(private endpoint: string) {}

	private isSyncing = false;

	async sync(syncNotice: FitNotice): Promise<SyncResult> {
		if (this.isSyncing) {
			return { success: false, error: 'already-syncing' };
		}
		this.isSyncing = true;
		try {
			return await this.performSync(syncNotice);
		} finally {
			this.isSyncing = false;
		}
	}

	private async performSync(syncNotice: FitNotice): Promise<SyncResult> {
		syncNotice.setMessage('Uploading local changes');
		const response = await fetch(`${this.endpoint}/sync`, { method: 'POST' });
		if (!response.ok) {
			return { success: false, error: response.statusText };
		}
		const { changes } = await response.json();
		return { success: true, changes };
	}
}
