export interface VideoPreset { width: number; height: number; encoding: { maxBitrate: number; maxFramerate?: number } }
export interface TrackPublishOptions { simulcast?: boolean; videoSimulcastLayers?: VideoPreset[]; screenShareSimulcastLayers?: VideoPreset[] }
export interface RoomOptions { publishDefaults: TrackPublishOptions }
export const defaultSimulcastPresets: VideoPreset[] = [
  { width: 320, height: 180, encoding: { maxBitrate: 160_000, maxFramerate: 20 } },
  { width: 640, height: 360, encoding: { maxBitrate: 450_000, maxFramerate: 20 } },
];
