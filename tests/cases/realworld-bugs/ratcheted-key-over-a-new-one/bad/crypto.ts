export interface KeySet { material: CryptoKey; encryptionKey: CryptoKey }
export interface KeyProviderOptions { ratchetSalt: string; ratchetWindowSize: number }
export interface EncodedFrame { data: ArrayBuffer; iv: ArrayBuffer; keyIndex: number }
export declare function importKey(bytes: ArrayBuffer): Promise<CryptoKey>;
export declare function ratchet(material: CryptoKey, salt: string): Promise<ArrayBuffer>;
export declare function deriveKeys(material: CryptoKey, salt: string): Promise<KeySet>;
