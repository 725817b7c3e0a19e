import fs from 'node:fs';

import sql from './sql';

interface MigrationInfo {
    dbVersion: number;
    file: string;
    type: string;
    /** The migration as a function, which cannot be async since it runs in a transaction. */
    module?: () => void;
}

const MIGRATIONS_DIR = 'db/migrations';

async function migrate() {
    const currentDbVersion = getDbVersion();

    const migrations: MigrationInfo[] = fs.readdirSync(MIGRATIONS_DIR)
        .map((file) => {
            const match = file.match(/^([0-9]{4})__([a-zA-Z0-9_ ]+)\.(sql|js|ts)$/);
            if (!match || parseInt(match[1]!) <= currentDbVersion) {
                return null;
            }

            return { dbVersion: parseInt(match[1]!), file: file, type: match[3]! };
        })
        .filter((el): el is MigrationInfo => !!el);

    migrations.sort((a, b) => a.dbVersion - b.dbVersion);

    for (const mig of migrations) {
        if (mig.type !== 'sql') {
            mig.module = (await import(`file://${MIGRATIONS_DIR}/${mig.file}`)).default;
        }
    }

    // all migrations are executed in one transaction - upgrade either succeeds, or the user can stay at the old version

    sql.transactional(() => {
        for (const mig of migrations) {
            try {
                console.log(`Attempting migration to version ${mig.dbVersion}`);

                executeMigration(mig);

                sql.execute(`UPDATE options SET value = ? WHERE name = ?`, [mig.dbVersion.toString(), 'dbVersion']);
            } catch (e: any) {
                console.error(e);
                break;
            }
        }
    });

    if (currentDbVersion === 214) {
        // special VACUUM after the big migration
        sql.execute('VACUUM');
    }
}

function executeMigration(mig: MigrationInfo) {
    if (mig.module) {
        mig.module();
    } else {
        const migrationSql = fs.readFileSync(`${MIGRATIONS_DIR}/${mig.file}`).toString('utf8');

        sql.executeScript(migrationSql);
    }
}

function getDbVersion() {
    return parseInt(sql.getValue<string>("SELECT value FROM options WHERE name = 'dbVersion'"));
}

export async function migrateIfNecessary(dbVersion: number) {
    if (getDbVersion() < dbVersion) {
        await migrate();
    }
}
