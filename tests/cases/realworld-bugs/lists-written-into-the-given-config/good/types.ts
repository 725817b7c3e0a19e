export interface ListConfig { fields: Record<string, { type: string }> }
export interface KeystoneConfig { lists: Record<string, ListConfig>; db: { url: string } }
