export declare class ReadableStream { pipe(target: unknown): void }
export declare class FFmpeg extends ReadableStream { constructor(options: { args: string[] }) }
export declare class Encoder extends ReadableStream { constructor(options: { channels: number; rate: number; frameSize: number }); destroy(): void }
