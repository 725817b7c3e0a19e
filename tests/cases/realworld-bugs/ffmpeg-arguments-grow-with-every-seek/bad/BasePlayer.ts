import { EventEmitter } from 'node:events';
import { FFmpeg, Encoder, ReadableStream } from './prism.js';

const FFMPEG_ARGUMENTS = [
  '-analyzeduration', '0',
  '-loglevel', '0',
  '-f', 's16le',
  '-ar', '48000',
  '-ac', '2',
];

export interface StreamOptions { seek?: number; volume?: number | false }

export class BasePlayer extends EventEmitter {
  dispatcher: Encoder | null = null;

  destroyDispatcher() {
    if (this.dispatcher) {
      this.dispatcher.destroy();
      this.dispatcher = null;
    }
  }

  playUnknown(input: string | ReadableStream, options: StreamOptions) {
    this.destroyDispatcher();

    const isStream = input instanceof ReadableStream;

    const args = isStream ? FFMPEG_ARGUMENTS : ['-i', input, ...FFMPEG_ARGUMENTS];
    if (options.seek) args.push('-ss', String(options.seek));

    const ffmpeg = new FFmpeg({ args });
    if (isStream) {
      input.pipe(ffmpeg);
    }
    return this.playPCMStream(ffmpeg);
  }

  playPCMStream(stream: FFmpeg) {
    this.destroyDispatcher();
    const opus = new Encoder({ channels: 2, rate: 48000, frameSize: 960 });
    stream.pipe(opus);
    this.dispatcher = opus;
    return opus;
  }
}
