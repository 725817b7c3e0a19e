import { Store } from 'n3';
import type { Quad, Representation, ResourceIdentifier, SparqlUpdatePatch } from '../../ldp/ResourceIdentifier';
import type { ResourceLocker } from '../../util/locking/ResourceLocker';
import type { ResourceStore } from '../ResourceStore';

/**
 * PatchHandler that supports specific types of SPARQL updates.
 */
export class SparqlUpdatePatchHandler {
  private readonly source: ResourceStore;
  private readonly locker: ResourceLocker;

  public constructor(source: ResourceStore, locker: ResourceLocker) {
    this.source = source;
    this.locker = locker;
  }

  public async handle(input: { identifier: ResourceIdentifier; patch: SparqlUpdatePatch }): Promise<void> {
    // Verify the patch
    const { identifier, patch } = input;
    const op = patch.algebra;
    if (op.type !== 'deleteinsert') {
      throw new Error('Only DELETE/INSERT SPARQL update operations are supported');
    }

    const deletes = op.delete ?? [];
    const inserts = op.insert ?? [];

    const lock = await this.locker.acquire(identifier);
    try {
      await this.applyPatch(identifier, deletes, inserts);
    } finally {
      await lock.release();
    }
  }

  /**
   * Applies the given deletes and inserts to the resource.
   */
  private async applyPatch(identifier: ResourceIdentifier, deletes: Quad[], inserts: Quad[]): Promise<void> {
    // Read the quads of the current representation
    const quads = await this.source.getRepresentation(identifier, { type: [{ value: 'internal/quads', weight: 1 }]});
    const store = new Store();
    const importEmitter = store.import(quads.data);
    await new Promise((resolve, reject): void => {
      importEmitter.on('end', resolve);
      importEmitter.on('error', reject);
    });

    // Apply the patch
    store.removeQuads(deletes);
    store.addQuads(inserts);

    // Write the result
    const representation: Representation = {
      binary: false,
      data: store.match(),
    };
    await this.source.setRepresentation(identifier, representation);
  }
}
