import type { AudioCaptureOptions, CreateLocalTracksOptions, VideoCaptureOptions } from './options.js';
import { constraintsForOptions } from './utils.js';

export async function createLocalTracks(options?: CreateLocalTracksOptions): Promise<MediaStreamTrack[]> {
  // set default options to true
  const internalOptions: CreateLocalTracksOptions = structuredClone(options ?? {});
  let attemptExactMatch = false;
  let retryAudioOptions: AudioCaptureOptions | undefined | boolean = options?.audio;
  let retryVideoOptions: VideoCaptureOptions | undefined | boolean = options?.video;
  // if the user passes a device id as a string, we default to exact match
  if (
    internalOptions.audio &&
    typeof internalOptions.audio === 'object' &&
    typeof internalOptions.audio.deviceId === 'string'
  ) {
    const deviceId: string = internalOptions.audio.deviceId;
    internalOptions.audio.deviceId = { exact: deviceId };
    attemptExactMatch = true;
    retryAudioOptions = {
      ...internalOptions.audio,
      deviceId: { ideal: deviceId },
    };
  }
  if (
    internalOptions.video &&
    typeof internalOptions.video === 'object' &&
    typeof internalOptions.video.deviceId === 'string'
  ) {
    const deviceId: string = internalOptions.video.deviceId;
    internalOptions.video.deviceId = { exact: deviceId };
    attemptExactMatch = true;
    retryVideoOptions = {
      ...internalOptions.video,
      deviceId: { ideal: deviceId },
    };
  }
  const constraints = constraintsForOptions(internalOptions);

  try {
    const stream = await navigator.mediaDevices.getUserMedia(constraints);
    return stream.getTracks();
  } catch (e) {
    if (!attemptExactMatch) {
      throw e;
    }
    return createLocalTracks({ ...options, audio: retryAudioOptions, video: retryVideoOptions });
  }
}
