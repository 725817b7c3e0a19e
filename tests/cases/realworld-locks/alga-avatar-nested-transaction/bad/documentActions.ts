import type { Knex } from 'knex';

import { createTenantKnex, withTransaction } from './db';

export async function getImageUrl(file_id: string): Promise<string | null> {
  try {
    const { knex, tenant } = await createTenantKnex();
    if (!tenant) {
      console.error('getImageUrl: No tenant found');
      return null;
    }

    // Fetch minimal file details to check MIME type and existence
    const fileDetails = await withTransaction(knex, async (trx: Knex.Transaction) => {
      return await trx('external_files')
        .select('mime_type', 'storage_path')
        .where({ file_id, tenant })
        .first();
    });

    if (!fileDetails?.mime_type?.startsWith('image/')) {
      console.warn(`getImageUrl: File ${file_id} is not an image`);
      return null;
    }

    return `/api/documents/view/${file_id}`;
  } catch (error) {
    console.error(`getImageUrl: Error generating URL for file_id ${file_id}:`, error);
    return null;
  }
}
