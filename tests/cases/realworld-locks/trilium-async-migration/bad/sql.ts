import Database, { type Statement } from 'better-sqlite3';

const dbConnection = new Database('document.db');

function execute(query: string, params: unknown[] = []) {
    return dbConnection.prepare(query).run(params);
}

function executeScript(query: string) {
    return dbConnection.exec(query);
}

function getValue<T>(query: string, params: unknown[] = []): T {
    return dbConnection.prepare(query).pluck().get(params) as T;
}

function transactional<T>(func: (statement: Statement) => T) {
    try {
        const ret = (dbConnection.transaction(func) as any).deferred();

        return ret;
    } catch (e) {
        console.error('Transaction rolled back.', e);

        throw e;
    }
}

export default { execute, executeScript, getValue, transactional };
