import { bookCollection } from './carrier.js';
import { withKey } from './keyed.js';

const references = new Map<string, string>();

export function collect(parcelId: string): Promise<string> {
  return withKey('carrier', async () => {
    const known = references.get(parcelId);
    if (known) return known;
    const reference = await bookCollection(parcelId);
    references.set(parcelId, reference);
    return reference;
  });
}
