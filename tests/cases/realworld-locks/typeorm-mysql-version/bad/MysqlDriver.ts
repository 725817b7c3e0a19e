import { MysqlQueryRunner } from "./MysqlQueryRunner"
import type { MysqlPool, PoolConnection } from "./mysql"

export class MysqlDriver {
    database?: string
    pool!: MysqlPool
    cteCapabilities = { enabled: false }
    _isReturningSqlSupported = { insert: false, delete: false }

    constructor(
        readonly options: { type: "mysql" | "mariadb" },
        private readonly createPool: () => Promise<MysqlPool>,
    ) {}

    /**
     * Performs connection to the database.
     */
    async connect(): Promise<void> {
        this.pool = await this.createPool()

        if (!this.database) {
            const queryRunner = this.createQueryRunner("master")

            this.database = await queryRunner.getCurrentDatabase()

            await queryRunner.release()
        }

        const result = (await this.createQueryRunner("master").query(
            `SELECT VERSION() AS \`version\``,
        )) as { version: string }[]
        const dbVersion = result[0].version

        if (this.options.type === "mariadb") {
            if (dbVersion >= "10.0.5") {
                this._isReturningSqlSupported.delete = true
            }
        } else if (dbVersion >= "8.0.0") {
            this.cteCapabilities.enabled = true
        }
    }

    /**
     * Creates a query runner used to execute database queries.
     */
    createQueryRunner(mode: "master" | "slave") {
        return new MysqlQueryRunner(this, mode)
    }

    obtainMasterConnection(): Promise<PoolConnection> {
        return new Promise<PoolConnection>((ok, fail) => {
            this.pool.getConnection((err, dbConnection) => {
                err ? fail(err) : ok(dbConnection)
            })
        })
    }
}
