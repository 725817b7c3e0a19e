import { scanChannels, type Adapter } from './adapter.js';

export class Touchlink {
  private locked = false;

  constructor(private readonly adapter: Adapter, private readonly debug: (message: string) => void) {}

  private lock(lock: boolean): void {
    if (lock && this.locked) {
      throw new Error('Touchlink operation already in progress');
    }
    this.locked = lock;
  }

  public async scan(): Promise<{ ieeeAddr: string; channel: number }[]> {
    this.lock(true);
    const ieeeAddrs: { ieeeAddr: string; channel: number }[] = [];

    try {
      for (const channel of scanChannels) {
        await this.adapter.setChannelInterPAN(channel);
        try {
          const response = await this.adapter.sendZclFrameInterPANBroadcast('scanRequest', 500);
          ieeeAddrs.push({ ieeeAddr: response.address, channel });
        } catch (error) {
          this.debug(`Scan request failed or was not answered: '${error}'`);
        }
      }
    } finally {
      await this.adapter.restoreChannelInterPAN();
      this.lock(false);
    }

    return ieeeAddrs;
  }

  public async factoryReset(ieeeAddr: string, channel: number): Promise<boolean> {
    this.lock(true);

    try {
      await this.adapter.setChannelInterPAN(channel);
      await this.adapter.sendZclFrameInterPANBroadcast('scanRequest', 500);
      await this.adapter.sendZclFrameInterPANToIeeeAddr('resetFactoryNew', ieeeAddr);
    } finally {
      await this.adapter.restoreChannelInterPAN();
      this.lock(false);
    }

    return true;
  }

  public async factoryResetFirst(): Promise<boolean> {
    let done = false;

    try {
      for (const channel of scanChannels) {
        await this.adapter.setChannelInterPAN(channel);
        try {
          const response = await this.adapter.sendZclFrameInterPANBroadcast('scanRequest', 500);
          await this.adapter.sendZclFrameInterPANToIeeeAddr('resetFactoryNew', response.address);
          done = true;
        } catch (error) {
          this.debug(`Scan request failed or was not answered: '${error}'`);
        }
        if (done) break;
      }
    } finally {
      await this.adapter.restoreChannelInterPAN();
      this.lock(false);
    }

    return done;
  }
}
