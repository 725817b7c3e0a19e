import type { Knex } from 'knex';

import { createTenantKnex, withTransaction } from './db';
import { getImageUrl } from './documentActions';

export type EntityType = 'user' | 'contact' | 'company';

export async function getEntityImageUrl(entityType: EntityType, entityId: string, tenant: string): Promise<string | null> {
  try {
    const { knex } = await createTenantKnex();

    return await withTransaction(knex, async (trx: Knex.Transaction) => {
      let query = trx('document_associations')
        .where({
          entity_id: entityId,
          entity_type: entityType,
          tenant
        });

      query = query.andWhere('is_entity_logo', true);

      const association = await query.first();

      // If no association found, return null
      if (!association?.document_id) {
        return null;
      }

      // Get the file_id from the documents table
      const documentRecord = await trx('documents')
        .select('file_id')
        .where({
          document_id: association.document_id,
          tenant
        })
        .first();

      if (!documentRecord?.file_id) {
        return null;
      }

      // Use the existing getImageUrl function to get the URL
      const imageUrl = await getImageUrl(documentRecord.file_id);

      if (imageUrl) {
        const timestamp = Date.now();
        return `${imageUrl}${imageUrl.includes('?') ? '&' : '?'}t=${timestamp}`;
      }

      return null;
    });
  } catch (error) {
    console.error(`[getEntityImageUrl] Failed for ${entityType} ${entityId}:`, error);
    return null;
  }
}
