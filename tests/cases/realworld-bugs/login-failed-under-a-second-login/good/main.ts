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

  private async tryLogin(): Promise<TuyaCloud> {
    const userId = this.settingsStorage.getItem('userId');
    const accessId = this.settingsStorage.getItem('accessId');
    const accessKey = this.settingsStorage.getItem('accessKey');
    if (!userId || !accessId || !accessKey) {
      throw new Error('User Id, access Id and access key are missing.');
    }

    const api = new TuyaCloud(userId, accessId, accessKey);
    if (!(await api.login())) {
      throw new Error('Failed to log in with credentials, please check if everything is correct.');
    }

    this.pulsar?.stop();
    const pulsar = new TuyaPulsar({ accessId, accessKey });
    pulsar.message((message) => {
      pulsar.ackMessage(message.messageId);
    });
    pulsar.start();
    this.api = api;
    this.pulsar = pulsar;
    return api;
  }

  async discoverDevices(): Promise<void> {
    const api = await this.tryLogin();
    const success = await api.fetchDevices();
    if (!success) {
      return;
    }

    for (const camera of api.cameras) {
      this.cameras.set(camera.id, camera);
    }
  }
}
