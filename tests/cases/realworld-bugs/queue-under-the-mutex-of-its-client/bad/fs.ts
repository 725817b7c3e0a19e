export interface InternalRequest { id: string; orderNo: number | null; json: string }
export interface StorageImplementation { get(): Promise<InternalRequest>; update(data: InternalRequest): Promise<void>; delete(): Promise<void> }
