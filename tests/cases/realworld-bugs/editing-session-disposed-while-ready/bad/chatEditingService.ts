export interface IObservable<T> { get(): T }
export interface IModifiedFileEntry { originalURI: string; linesAdded?: IObservable<number>; linesRemoved?: IObservable<number> }
export interface IChatEditingSession {
  readonly entries: IObservable<readonly IModifiedFileEntry[]>;
  readonly ready: Promise<void>;
  dispose(): void;
}

export async function chatEditingSessionIsReady(session: IChatEditingSession): Promise<void> {
  await session.ready;
}
