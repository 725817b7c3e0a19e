/**
 * Lock used by a ResourceLocker for non-atomic operations.
 */
export interface Lock {
  /** Release this lock. */
  release: () => Promise<void>;
}
