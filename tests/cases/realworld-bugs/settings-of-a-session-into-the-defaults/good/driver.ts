import { DeviceSettings, type Settings } from './device-settings.js';

const DEFAULT_SETTINGS: Settings = { nativeWebTap: false, mjpegScalingFactor: 100 };

export class Driver {
  settings = new DeviceSettings(DEFAULT_SETTINGS, async (key, value) => this.onSettingsUpdate(key, value));

  constructor(private readonly device: { apply(key: string, value: unknown): Promise<void> }) {}

  async updateSettings(newSettings: Settings): Promise<void> {
    await this.settings.update(newSettings);
  }

  private async onSettingsUpdate(key: string, value: unknown): Promise<void> {
    await this.device.apply(key, value);
  }
}
