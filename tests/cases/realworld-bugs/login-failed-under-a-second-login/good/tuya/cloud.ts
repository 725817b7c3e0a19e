export interface TuyaDevice { id: string; online: boolean }

export class TuyaCloud {
  cameras: TuyaDevice[] = [];
  constructor(readonly userId: string, readonly clientId: string, readonly secret: string) {}

  async login(): Promise<boolean> {
    const response = await fetch('https://openapi.tuyaus.com/v1.0/token', { headers: { client_id: this.clientId } });
    return response.ok;
  }

  async fetchDevices(): Promise<boolean> {
    const response = await fetch(`https://openapi.tuyaus.com/v1.0/users/${this.userId}/devices`);
    if (!response.ok) return false;
    this.cameras = (await response.json()) as TuyaDevice[];
    return true;
  }
}
