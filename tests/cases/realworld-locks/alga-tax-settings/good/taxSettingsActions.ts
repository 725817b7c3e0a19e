import type { Knex } from 'knex';

import { createTenantKnex, withTransaction } from './db';

export interface IClientTaxSettings { client_id: string; tenant?: string; is_reverse_charge_applicable: boolean; tax_source_override?: string | null }

export async function getClientTaxSettings(clientId: string): Promise<IClientTaxSettings | null> {
  try {
    const { knex: db } = await createTenantKnex();
    return withTransaction(db, async (trx: Knex.Transaction) => {
      const taxSettings = await trx<IClientTaxSettings>('client_tax_settings')
        .where({ client_id: clientId })
        .first();

      return taxSettings || null;
    });
  } catch (error) {
    console.error('Error fetching client tax settings:', error);
    throw new Error('Failed to fetch client tax settings due to an unexpected error.');
  }
}

export async function updateClientTaxSettings(
  clientId: string,
  taxSettings: Omit<IClientTaxSettings, 'tenant'>
): Promise<IClientTaxSettings | null> {
  const { knex: db, tenant } = await createTenantKnex();
  return withTransaction(db, async (trx: Knex.Transaction) => {
    try {
      // Update only the fields remaining on client_tax_settings
      await trx<IClientTaxSettings>('client_tax_settings')
        .where('client_id', clientId)
        .andWhere('tenant', tenant!)
        .update({
          is_reverse_charge_applicable: taxSettings.is_reverse_charge_applicable,
          tax_source_override: taxSettings.tax_source_override ?? null,
        });

      // Fetch updated settings within the same transaction to ensure we get the updated data
      const updatedSettings = await trx<IClientTaxSettings>('client_tax_settings')
        .where('client_id', clientId)
        .andWhere('tenant', tenant!)
        .first();

      return updatedSettings || null;
    } catch (error) {
      console.error('Error updating client tax settings:', error);
      throw new Error('Failed to update client tax settings due to an unexpected error.');
    }
  });
}
