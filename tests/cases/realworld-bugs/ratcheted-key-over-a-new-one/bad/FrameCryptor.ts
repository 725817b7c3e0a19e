import { ParticipantKeyHandler } from './ParticipantKeyHandler.js';
import { deriveKeys, type KeySet, type KeyProviderOptions, type EncodedFrame } from './crypto.js';

export class FrameCryptor {
  private keys: ParticipantKeyHandler;
  private keyProviderOptions: KeyProviderOptions;

  constructor(opts: { keys: ParticipantKeyHandler; keyProviderOptions: KeyProviderOptions }) {
    this.keys = opts.keys;
    this.keyProviderOptions = opts.keyProviderOptions;
  }

  async decodeFunction(encodedFrame: EncodedFrame, controller: { enqueue(frame: EncodedFrame): void }): Promise<void> {
    const keyIndex = encodedFrame.keyIndex;
    if (this.keys.getKeySet(keyIndex)) {
      const decodedFrame = await this.decryptFrame(encodedFrame, keyIndex);
      if (decodedFrame) controller.enqueue(decodedFrame);
    }
  }

  private async decryptFrame(
    encodedFrame: EncodedFrame,
    keyIndex: number,
    initialMaterial: KeySet | undefined = undefined,
    ratchetOpts: { ratchetCount: number; encryptionKey?: CryptoKey } = { ratchetCount: 0 },
  ): Promise<EncodedFrame | undefined> {
    const keySet = this.keys.getKeySet(keyIndex);

    try {
      const plainText = await crypto.subtle.decrypt(
        { name: 'AES-GCM', iv: encodedFrame.iv },
        ratchetOpts.encryptionKey ?? keySet!.encryptionKey,
        encodedFrame.data,
      );
      return { ...encodedFrame, data: plainText };
    } catch (error) {
      if (ratchetOpts.ratchetCount >= this.keyProviderOptions.ratchetWindowSize) throw error;

      let ratchetedKeySet: KeySet | undefined;
      if (keySet === this.keys.getKeySet(keyIndex)) {
        // only ratchet if the currently set key is still the same as the one used to decrypt this frame
        // if not, it might be that a different frame has already ratcheted and we try with that one first
        const newMaterial = await this.keys.ratchetKey(keyIndex);

        ratchetedKeySet = await deriveKeys(newMaterial, this.keyProviderOptions.ratchetSalt);
      }

      const frame = await this.decryptFrame(encodedFrame, keyIndex, initialMaterial || keySet, {
        ratchetCount: ratchetOpts.ratchetCount + 1,
        encryptionKey: ratchetedKeySet?.encryptionKey,
      });
      if (frame && ratchetedKeySet) {
        this.keys.setKeySet(ratchetedKeySet, keyIndex);
        // decryption was successful, set the new key index to reflect the ratcheted key set
        this.keys.setCurrentKeyIndex(keyIndex);
      }
      return frame;
    }
  }
}
