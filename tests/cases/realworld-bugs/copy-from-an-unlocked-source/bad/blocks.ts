export interface Blocks { get(i: number): Promise<Uint8Array>; put(i: number, data: Uint8Array): Promise<void>; clear(from: number): Promise<void> }
export interface Header { userData: string[]; contiguousLength: number }
