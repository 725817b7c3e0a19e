export interface PoolConnection {
    query(sql: string, parameters: any[] | undefined, callback: (err: Error | null, raw: any) => void): void
    release(): void
}
export interface MysqlPool {
    getConnection(callback: (err: Error | null, connection: PoolConnection) => void): void
}
