import type { RoomOptions, TrackPublishOptions } from './options.js';
import { computeVideoEncodings, type Encoding } from './publishUtils.js';

export class LocalParticipant {
  constructor(private readonly roomOptions: RoomOptions) {}

  publishTrack(width: number, height: number, options?: TrackPublishOptions): Encoding[] {
    const opts: TrackPublishOptions = { ...this.roomOptions.publishDefaults, ...options };
    return computeVideoEncodings(false, width, height, opts);
  }
}
