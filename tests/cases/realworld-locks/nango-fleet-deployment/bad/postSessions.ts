import configService from './config.service.js';
import db from './database.js';
import { upsertEndUser } from './endUser.js';

export async function postConnectSessions(environmentId: number, body: { end_user: { id: string }; allowed_integrations?: string[] }) {
    const { status, response } = await db.knex.transaction(async (trx) => {
        const endUserId = await upsertEndUser(trx, environmentId, body.end_user);

        if (body.allowed_integrations) {
            const integrations = await configService.listProviderConfigs(environmentId);

            // Enforce that integrations exists in `allowed_integrations`
            for (const uniqueKey of body.allowed_integrations) {
                if (!integrations.find((v) => v.unique_key === uniqueKey)) {
                    return { status: 400, response: { error: { code: 'invalid_body', message: 'Integration does not exist' } } };
                }
            }
        }

        const [session] = await trx('connect_sessions').insert({ end_user_id: endUserId, environment_id: environmentId }).returning('*');
        return { status: 201, response: { data: { token: session.token } } };
    });

    return { status, response };
}
