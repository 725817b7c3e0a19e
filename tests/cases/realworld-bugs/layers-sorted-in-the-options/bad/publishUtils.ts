import { defaultSimulcastPresets, type TrackPublishOptions, type VideoPreset } from './options.js';

export interface Encoding { rid: string; maxBitrate: number; maxFramerate?: number }

export function computeVideoEncodings(isScreenShare: boolean, width: number, height: number, options?: TrackPublishOptions): Encoding[] {
  if (!options?.simulcast) {
    return [{ rid: 'q', maxBitrate: 1_700_000 }];
  }

  const original: VideoPreset = { width, height, encoding: { maxBitrate: 1_700_000 } };
  let presets: VideoPreset[] = [];
  if (isScreenShare) {
    presets = sortPresets(options.screenShareSimulcastLayers) ?? [];
  } else {
    presets = sortPresets(options.videoSimulcastLayers) ?? defaultSimulcastPresets;
  }

  return encodingsFromPresets([...presets, original]);
}

function encodingsFromPresets(presets: VideoPreset[]): Encoding[] {
  return presets.map((preset, i) => ({ rid: 'qhf'[i] ?? 'f', ...preset.encoding }));
}

/** @internal */
export function sortPresets(presets: Array<VideoPreset> | undefined) {
  if (!presets) return;
  return presets.sort((a, b) => {
    const { encoding: aEnc } = a;
    const { encoding: bEnc } = b;

    if (aEnc.maxBitrate > bEnc.maxBitrate) {
      return 1;
    }
    if (aEnc.maxBitrate < bEnc.maxBitrate) return -1;
    return 0;
  });
}
