import { TuyaCloud, type TuyaDevice } from './tuya/cloud.js';
import { TuyaPulsar } from './tuya/pulsar.js';

export class TuyaController {
  api: TuyaCloud | undefined;
  pulsar: TuyaPulsar | undefined;
  cameras: Map<string, TuyaDevice> = new Map();

  constructor(private readonly settingsStorage: { getItem(key: string): string | undefined; setItem(key: string, value: string): void }) {
    void this.discoverDevices();
  }

  async putSetting(key: string, value: string): Promise<void> {
    this.settingsStorage.setItem(key, value);
    await this.discoverDevices();
  }

  private async tryLogin(): Promise<void> {
    const userId = this.settingsStorage.getItem('userId');
    const accessId = this.settingsStorage.getItem('accessId');
    const accessKey = this.settingsStorage.getItem('accessKey');
    if (!userId || !accessId || !accessKey) {
      throw new Error('User Id, access Id and access key are missing.');
    }

    this.api = new TuyaCloud(userId, accessId, accessKey);

    const success = await this.api.login();

    if (!success) {
      this.api = undefined;
      this.pulsar?.stop();
      this.pulsar = undefined;
      throw new Error('Failed to log in with credentials, please check if everything is correct.');
    }

    this.pulsar = new TuyaPulsar({ accessId, accessKey });

    this.pulsar.message((message) => {
      this.pulsar!.ackMessage(message.messageId);
    });

    this.pulsar.start();
  }

  async discoverDevices(): Promise<void> {
    await this.tryLogin();

    if (!this.api) {
      return;
    }

    const success = await this.api.fetchDevices();
    if (!success) {
      return;
    }

    for (const camera of this.api.cameras) {
      this.cameras.set(camera.id, camera);
    }
  }
}
