import { createTenantKnex } from './db';
import { getImageUrl } from './documentActions';

export type EntityType = 'user' | 'contact' | 'company';

export async function getEntityImageUrl(entityType: EntityType, entityId: string, tenant: string): Promise<string | null> {
  try {
    const { knex } = await createTenantKnex();

    // Query for document association without wrapping in transaction
    // to avoid nested transaction issue with getImageUrl
    let query = knex('document_associations')
      .where({
        entity_id: entityId,
        entity_type: entityType,
        tenant
      });

    query = query.andWhere('is_entity_logo', true);

    const association = await query.first();

    if (!association?.document_id) {
      return null;
    }

    const documentRecord = await knex('documents')
      .select('file_id')
      .where({
        document_id: association.document_id,
        tenant
      })
      .first();

    if (!documentRecord?.file_id) {
      return null;
    }

    const imageUrl = await getImageUrl(documentRecord.file_id);

    if (imageUrl) {
      const timestamp = Date.now();
      return `${imageUrl}${imageUrl.includes('?') ? '&' : '?'}t=${timestamp}`;
    }

    return null;
  } catch (error) {
    console.error(`[getEntityImageUrl] Failed for ${entityType} ${entityId}:`, error);
    return null;
  }
}
