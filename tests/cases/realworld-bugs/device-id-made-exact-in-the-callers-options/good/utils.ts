import type { CreateLocalTracksOptions } from './options.js';
export function constraintsForOptions(options: CreateLocalTracksOptions): MediaStreamConstraints {
  return { audio: options.audio ?? false, video: options.video ?? false };
}
