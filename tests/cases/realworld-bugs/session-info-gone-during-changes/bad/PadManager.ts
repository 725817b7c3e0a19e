export interface Pad { getHeadRevisionNumber(): number; appendRevision(changeset: string, author: string): void }
export declare const padManager: { getPad(id: string, callback: (err: Error | null, pad: Pad) => void): void };
