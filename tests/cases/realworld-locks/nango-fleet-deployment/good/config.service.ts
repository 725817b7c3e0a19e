import type { Knex } from 'knex';
import db from './database.js';

export interface ProviderConfig { id: number; unique_key: string; provider: string }

class ConfigService {
    async getProviderConfig(providerConfigKey: string, environment_id: number): Promise<ProviderConfig | null> {
        const result = await db.readOnly(`_nango_configs`).where({ unique_key: providerConfigKey, environment_id, deleted: false }).first();

        if (!result) {
            return null;
        }

        return result;
    }

    async listProviderConfigs(environment_id: number, trx: Handle = db.knex): Promise<ProviderConfig[]> {
        return await trx(`_nango_configs`).where({ environment_id, deleted: false }).select('*');
    }
}

export type Handle = Knex | Knex.Transaction;

export default new ConfigService();
