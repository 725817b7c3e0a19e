export const TRANSPORT = { START: 'transport-start', ERROR: 'transport-error' } as const;
export const DEVICE = { CONNECT: 'device-connect' } as const;
export interface Device { path: string; type: string; unreadableError?: string }
export declare class DeviceList {
  on(event: typeof DEVICE.CONNECT, listener: (device: Device) => void): this;
  on(event: typeof TRANSPORT.ERROR, listener: (error: string) => void): this;
  init(): Promise<void>;
  transportType(): string;
  asArray(): Device[];
  getDevice(path: string): Device | undefined;
  disconnectDevices(): void;
  dispose(): Promise<void>;
}
