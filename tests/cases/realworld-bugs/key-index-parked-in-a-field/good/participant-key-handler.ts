import { EventEmitter } from 'node:events';

export interface KeySet { material: CryptoKey; encryptionKey: CryptoKey }

async function deriveKeys(material: CryptoKey, salt: string): Promise<KeySet> {
  const encryptionKey = await crypto.subtle.deriveKey(
    { name: 'PBKDF2', salt: new TextEncoder().encode(salt), iterations: 100000, hash: 'SHA-256' },
    material,
    { name: 'AES-GCM', length: 128 },
    false,
    ['encrypt', 'decrypt'],
  );
  return { material, encryptionKey };
}

export class ParticipantKeyHandler extends EventEmitter {
  private currentKeyIndex = 0;
  private cryptoKeyRing: Array<KeySet | undefined> = new Array(16).fill(undefined);

  constructor(private readonly participantIdentity: string, private readonly ratchetSalt: string) {
    super();
  }

  async setKey(material: CryptoKey, keyIndex = 0): Promise<void> {
    await this.setKeyFromMaterial(material, keyIndex);
  }

  async setKeyFromMaterial(material: CryptoKey, keyIndex = 0, emitRatchetEvent = false): Promise<void> {
    const newIndex = keyIndex >= 0 ? keyIndex % this.cryptoKeyRing.length : -1;
    const keySet = await deriveKeys(material, this.ratchetSalt);
    this.setKeySet(keySet, newIndex >= 0 ? newIndex : this.currentKeyIndex, emitRatchetEvent);
    if (newIndex >= 0) this.currentKeyIndex = newIndex;
  }

  setKeySet(keySet: KeySet, keyIndex: number, emitRatchetEvent = false): void {
    this.cryptoKeyRing[keyIndex % this.cryptoKeyRing.length] = keySet;
    if (emitRatchetEvent) {
      this.emit('keyRatcheted', keySet.material, this.participantIdentity, keyIndex);
    }
  }

  setCurrentKeyIndex(index: number): void {
    this.currentKeyIndex = index % this.cryptoKeyRing.length;
  }

  getKeySet(keyIndex?: number): KeySet | undefined {
    return this.cryptoKeyRing[keyIndex ?? this.currentKeyIndex];
  }
}
