import { bookCollection } from './carrier.js';
import { withKey } from './keyed.js';

const references = new Map<string, string>();

/** Who waits wants the same parcel collected. */
export function collectOne(parcelId: string): Promise<string> {
  return withKey(parcelId, async () => {
    const known = references.get(parcelId);
    if (known) return known;
    const reference = await bookCollection(parcelId);
    references.set(parcelId, reference);
    return reference;
  });
}
