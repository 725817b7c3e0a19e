export interface Producer { pause(): Promise<void>; resume(): Promise<void>; close(): void }
export interface Transport { produce(options: { kind: 'audio' | 'video'; rtpParameters: object; paused: boolean }): Promise<Producer> }
