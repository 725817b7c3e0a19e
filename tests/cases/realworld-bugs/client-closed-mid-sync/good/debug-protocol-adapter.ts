import { DebugProtocolClient, type Breakpoint, type Response } from './debug-protocol-client.js';

interface BreakpointDiff { added: Breakpoint[]; removed: Breakpoint[] }
interface BreakpointManager { getDiff(): Promise<BreakpointDiff>; failedDeletions: Breakpoint[]; success(b: Breakpoint[]): void }

export class DebugProtocolAdapter {
  connected = false;
  client?: DebugProtocolClient;
  private syncBreakpointsPromise: Promise<void> = Promise.resolve();

  constructor(
    private readonly breakpointManager: BreakpointManager,
    private readonly logger: { info(message: string): void },
    private readonly send: (command: string, body: unknown) => Promise<Response>,
  ) {}

  async createDebugProtocolClient(): Promise<void> {
    if (this.client) {
      await this.client.destroy();
      this.client = undefined;
      this.connected = false;
    }
    this.client = new DebugProtocolClient(this.send);

    this.client.on('close', () => {
      void this.client?.destroy();
      this.client = undefined;
      this.connected = false;
    });

    this.client.on('app-exit', () => {
      void this.client?.destroy();
      this.client = undefined;
    });

    await this.client.connect();
    this.connected = true;
  }

  syncBreakpoints(): Promise<void> {
    this.syncBreakpointsPromise = this.syncBreakpointsPromise.catch(() => {}).then(() => this._syncBreakpoints());
    return this.syncBreakpointsPromise;
  }

  async _syncBreakpoints(): Promise<void> {
    // pushed again as soon as the client has connected
    if (!this.connected) {
      this.logger.info('Cannot sync breakpoints because the debug protocol client has not connected yet');
      return;
    }

    const diff = await this.breakpointManager.getDiff();
    if (diff.added.length === 0 && diff.removed.length === 0) {
      return;
    }

    // the client may have closed while the difference was computed
    if (!this.client) {
      this.logger.info('Skipping breakpoint sync because the protocol client closed mid-sync');
      return;
    }

    if (diff.removed.length > 0) {
      const response = await this.client.removeBreakpoints(
        diff.removed.map((x) => x.deviceId).filter((x) => typeof x === 'number'),
      );
      if (response.data?.errorCode === 'NOT_STOPPED') {
        this.breakpointManager.failedDeletions.push(...diff.removed);
      }
    }

    if (diff.added.length > 0) {
      if (!this.client) {
        this.logger.info('Skipping breakpoint add because the protocol client closed mid-sync');
        return;
      }
      const response = await this.client.addBreakpoints(diff.added);
      if (response.data?.errorCode === undefined) {
        this.breakpointManager.success(diff.added);
      }
    }
  }
}
