import { Lock } from '../types';

export interface DistributedSubservice {
  setup(): Promise<void>;
  destroy(): Promise<void>;
  lock(ressource: string): Promise<Lock>;
  release(lock: Lock): Promise<void>;
}
