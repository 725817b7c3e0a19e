import { SupabaseClient } from '@supabase/supabase-js';
import type { AttachmentRecord } from './AttachmentService.js';

export interface RemoteStorageAdapter {
  uploadFile(fileData: ArrayBuffer, attachment: AttachmentRecord): Promise<void>;
}

export class SupabaseRemoteStorageAdapter implements RemoteStorageAdapter {
  constructor(private options: { client: SupabaseClient; bucket: string }) {}

  async uploadFile(fileData: ArrayBuffer, attachment: AttachmentRecord): Promise<void> {
    const { error } = await this.options.client.storage.from(this.options.bucket).upload(attachment.filename, fileData);

    if (error) {
      throw error;
    }
  }
}
