export interface Swap { id: string; symbol: string }
export interface Musig { aggregate(pubNonce: string, partialSignature: string): string }
export interface ChainCurrency { chainClient: { sendRawTransaction(hex: string): Promise<string>; getFee(id: string): Promise<number> } }
