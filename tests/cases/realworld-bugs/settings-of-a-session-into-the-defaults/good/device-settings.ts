export type Settings = Record<string, unknown>;
export type SettingsUpdateListener = (prop: string, newValue: unknown, curValue: unknown) => Promise<void>;

export class DeviceSettings {
  private readonly _settings: Settings;
  private readonly onSettingsUpdate: SettingsUpdateListener | null;

  constructor(defaultSettings: Settings = {}, onSettingsUpdate: SettingsUpdateListener | null = null) {
    this._settings = { ...defaultSettings };
    this.onSettingsUpdate = onSettingsUpdate;
  }

  async update(newSettings: Settings): Promise<void> {
    for (const prop of Object.keys(newSettings)) {
      if (this._settings[prop] !== newSettings[prop]) {
        if (this.onSettingsUpdate) {
          await this.onSettingsUpdate(prop, newSettings[prop], this._settings[prop]);
        }
        this._settings[prop] = newSettings[prop];
      }
    }
  }

  getSettings(): Settings {
    return this._settings;
  }
}
