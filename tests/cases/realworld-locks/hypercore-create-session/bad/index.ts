import { SessionState } from './lib/session-state';

export interface SessionOptions { atom?: object; name?: string; overwrite?: boolean; checkout?: number }

export class Hypercore {
  state: SessionState | null = null;

  constructor(private core: { state: SessionState }) {}

  async setupSession(parent: Hypercore | null, opts: SessionOptions) {
    const parentState = parent ? parent.state! : this.core.state;
    const checkout = opts.checkout === undefined ? -1 : opts.checkout;
    const state = this.state;

    if (opts.atom) {
      await parentState.mutex.lock();
      this.state = await parentState.createSession(null, false, opts.atom);
      parentState.mutex.unlock();
      if (state) state.unref();
    } else if (opts.name) {
      // todo: need to make named sessions safe before ready
      // atm we always copy the state in passCapabilities
      await parentState.mutex.lock();
      this.state = await parentState.createSession(opts.name, !!opts.overwrite, null);
      parentState.mutex.unlock();
      if (state) state.unref(); // ref'ed above in setup session
    }

    if (this.state && checkout !== -1) {
      if (!opts.name && !opts.atom) {
        throw new Error('Checkouts must be named or atomized');
      }
      await this.state.truncate(checkout, this.state.treeInfo.fork);
    }
  }
}
