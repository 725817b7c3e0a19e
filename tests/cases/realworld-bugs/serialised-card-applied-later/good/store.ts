import type { CardInstance, CardService, PatchData } from './card-service.js';

export class StoreService {
  private readonly instances = new Map<string, CardInstance>();

  constructor(
    private readonly cardService: CardService,
    private readonly fetchCard: (id: string) => Promise<CardInstance>,
    private readonly save: (instance: CardInstance) => Promise<void>,
  ) {}

  add(instance: CardInstance): void {
    this.instances.set(instance.id, instance);
  }

  async get(id: string): Promise<CardInstance> {
    let instance = this.instances.get(id);
    if (instance) {
      return instance;
    }
    let loaded = await this.fetchCard(id);
    let existing = this.instances.get(id);
    if (existing) return existing;
    this.instances.set(id, loaded);
    return loaded;
  }

  setField(id: string, field: string, value: unknown): void {
    let instance = this.instances.get(id);
    if (instance) {
      instance.fields[field] = value;
    }
  }

  async patch(id: string, patch: PatchData): Promise<CardInstance> {
    let instance = await this.get(id);

    let linkedCards = await this.loadPatchedInstances(patch);
    for (let [field, value] of Object.entries(linkedCards)) {
      instance.fields[field] = value;
    }

    let doc = await this.cardService.serializeCard(instance);
    if (patch.attributes) {
      doc.data.attributes = { ...doc.data.attributes, ...patch.attributes };
    }
    if (patch.relationships) {
      doc.data.relationships = { ...doc.data.relationships, ...patch.relationships };
    }

    await this.cardService.updateFromSerialized(instance, doc);
    await this.save(instance);
    return instance;
  }

  private async loadPatchedInstances(patch: PatchData): Promise<Record<string, CardInstance>> {
    let result: Record<string, CardInstance> = {};
    for (let [field, id] of Object.entries(patch.relationships ?? {})) {
      result[field] = await this.get(id);
    }
    return result;
  }
}
