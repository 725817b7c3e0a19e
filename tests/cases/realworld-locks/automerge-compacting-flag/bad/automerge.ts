export interface Doc {
  heads: string[];
  save(): Uint8Array;
  saveSince(heads: string[]): Uint8Array;
}
export const headsHash = (heads: string[]): string => heads.join('-');
export const keyHash = (binary: Uint8Array): string => String(binary.length);
