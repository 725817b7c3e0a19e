export interface CardDoc { data: { id: string; attributes: Record<string, unknown>; relationships: Record<string, string> } }
export interface CardInstance { id: string; fields: Record<string, unknown> }
export interface CardService {
  serializeCard(instance: CardInstance): Promise<CardDoc>;
  updateFromSerialized(instance: CardInstance, doc: CardDoc): Promise<void>;
}
export interface PatchData { attributes?: Record<string, unknown>; relationships?: Record<string, string> }
