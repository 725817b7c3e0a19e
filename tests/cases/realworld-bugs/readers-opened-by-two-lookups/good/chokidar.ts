export interface FSWatcher { on(event: 'add' | 'unlink', listener: (path: string) => void): this; close(): Promise<void> }
export declare function watch(path: string, options: { persistent: boolean; ignoreInitial: boolean }): FSWatcher;
