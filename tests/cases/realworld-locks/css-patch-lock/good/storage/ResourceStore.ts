import type { Representation, ResourceIdentifier } from '../ldp/ResourceIdentifier';

export interface ResourceStore {
  getRepresentation: (identifier: ResourceIdentifier, preferences: object) => Promise<Representation>;
  setRepresentation: (identifier: ResourceIdentifier, representation: Representation) => Promise<void>;
}
