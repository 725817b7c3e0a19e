import { deriveKeys, importKey, ratchet, type KeyProviderOptions, type KeySet } from './crypto.js';

export class ParticipantKeyHandler {
  private currentKeyIndex = 0;
  private cryptoKeyRing: Array<KeySet | undefined> = new Array(16).fill(undefined);

  constructor(private keyProviderOptions: KeyProviderOptions) {}

  async ratchetKey(keyIndex: number): Promise<CryptoKey> {
    const keySet = this.getKeySet(keyIndex);
    if (!keySet) {
      throw new TypeError('Cannot ratchet key without a valid keyset');
    }
    const currentMaterial = keySet.material;
    return importKey(await ratchet(currentMaterial, this.keyProviderOptions.ratchetSalt));
  }

  async setKey(material: CryptoKey, keyIndex = 0): Promise<void> {
    const keySet = await deriveKeys(material, this.keyProviderOptions.ratchetSalt);
    this.setKeySet(keySet, keyIndex);
  }

  setKeySet(keySet: KeySet, keyIndex: number): void {
    this.cryptoKeyRing[keyIndex % this.cryptoKeyRing.length] = keySet;
  }

  setCurrentKeyIndex(index: number): void {
    this.currentKeyIndex = index % this.cryptoKeyRing.length;
  }

  getKeySet(keyIndex?: number): KeySet | undefined {
    return this.cryptoKeyRing[keyIndex ?? this.currentKeyIndex];
  }
}
