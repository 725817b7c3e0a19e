import type { MysqlDriver } from "./MysqlDriver"
import type { PoolConnection } from "./mysql"

export class MysqlQueryRunner {
    isReleased = false
    protected databaseConnection: PoolConnection | undefined
    protected databaseConnectionPromise: Promise<PoolConnection> | undefined

    constructor(protected driver: MysqlDriver, readonly mode: "master" | "slave") {}

    /**
     * Creates/uses database connection from the connection pool to perform further operations.
     */
    connect(): Promise<PoolConnection> {
        if (this.databaseConnection) return Promise.resolve(this.databaseConnection)

        if (this.databaseConnectionPromise) return this.databaseConnectionPromise

        this.databaseConnectionPromise = this.driver.obtainMasterConnection().then((connection) => {
            this.databaseConnection = connection
            return this.databaseConnection
        })
        return this.databaseConnectionPromise
    }

    /**
     * Releases used database connection.
     */
    release(): Promise<void> {
        this.isReleased = true
        if (this.databaseConnection) this.databaseConnection.release()
        return Promise.resolve()
    }

    async query(query: string, parameters?: any[]): Promise<any> {
        if (this.isReleased) throw new Error("Query runner already released. Cannot run queries anymore.")

        const databaseConnection = await this.connect()
        return new Promise((ok, fail) => {
            databaseConnection.query(query, parameters, (err, raw) => (err ? fail(err) : ok(raw)))
        })
    }

    async getCurrentDatabase(): Promise<string> {
        const query = await this.query(`SELECT DATABASE() AS \`db_name\``)
        return query[0]["db_name"]
    }
}
