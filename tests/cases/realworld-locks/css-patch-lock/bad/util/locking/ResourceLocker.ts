import type { ResourceIdentifier } from '../../ldp/ResourceIdentifier';
import type { Lock } from './Lock';

/**
 * Allows the locking of resources which is needed for non-atomic {@link ResourceStore}s.
 */
export interface ResourceLocker {
  /**
   * Lock the given resource.
   */
  acquire: (identifier: ResourceIdentifier) => Promise<Lock>;
}
