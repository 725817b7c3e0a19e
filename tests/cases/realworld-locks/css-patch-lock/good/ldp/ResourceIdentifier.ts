export interface ResourceIdentifier { path: string }
export interface Quad { subject: string; predicate: string; object: string }
export interface Representation { binary: boolean; data: NodeJS.ReadableStream }
export interface SparqlUpdatePatch { algebra: { type: string; delete?: Quad[]; insert?: Quad[] } }
