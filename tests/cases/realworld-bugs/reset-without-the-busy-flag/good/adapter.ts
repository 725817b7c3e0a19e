export interface Adapter {
  setChannelInterPAN(channel: number): Promise<void>;
  restoreChannelInterPAN(): Promise<void>;
  sendZclFrameInterPANBroadcast(frame: string, timeout: number): Promise<{ address: string }>;
  sendZclFrameInterPANToIeeeAddr(frame: string, ieeeAddr: string): Promise<void>;
}
export const scanChannels = [11, 15, 20, 25, 12, 13, 14];
