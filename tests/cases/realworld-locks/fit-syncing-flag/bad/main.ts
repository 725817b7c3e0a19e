import { FitNotice } from './fitNotice';
import { FitSync } from './fitSync';

export interface FitSettings { autoSync: 'on' | 'off'; checkEveryXMinutes: number }

export default class FitPlugin {
	autoSyncing = false;
	syncing = false;
	autoSyncIntervalId: number | null = null;

	constructor(private fitSync: FitSync, private settings: FitSettings, private loadLocalStore: () => Promise<void>) {}

	sync = async (syncNotice: FitNotice): Promise<boolean> => {
		await this.loadLocalStore();

		const syncResult = await this.fitSync.sync(syncNotice);

		if (syncResult.success) {
			return true;
		} else {
			syncNotice.setMessage(`Sync failed: ${syncResult.error}`, true);
			return false;
		}
	};

	// Shared method for both ribbon icon and command palette
	performManualSync = async (): Promise<void> => {
		if ( this.syncing || this.autoSyncing ) { return; }
		this.syncing = true;
		const syncNotice = new FitNotice('Initiating sync');
		const syncSuccess = await this.sync(syncNotice);
		if (!syncSuccess) {
			syncNotice.remove('error');
		} else {
			syncNotice.remove('done');
		}
		this.syncing = false;
	};

	async autoSync() {
		if ( this.syncing || this.autoSyncing ) { return; }
		this.autoSyncing = true;
		const syncNotice = new FitNotice('Auto syncing');
		const syncSuccess = await this.sync(syncNotice);
		if (!syncSuccess) {
			syncNotice.remove('error');
		} else {
			syncNotice.remove();
		}
		this.autoSyncing = false;
	}

	async autoUpdate() {
		if (this.settings.autoSync === 'on' && !this.syncing && !this.autoSyncing) {
			await this.autoSync();
		}
	}

	async startOrUpdateAutoSyncInterval() {
		// Clear existing interval if it exists
		if (this.autoSyncIntervalId !== null) {
			window.clearInterval(this.autoSyncIntervalId);
			this.autoSyncIntervalId = null;
		}

		// Check remote every X minutes (set in settings)
		this.autoSyncIntervalId = window.setInterval(async () => {
			await this.autoUpdate();
		}, this.settings.checkEveryXMinutes * 60 * 1000);
	}
}
