import type { Cluster } from './cluster.js';
import { activeRegion } from './config.js';

const hasMoved = (cluster: Cluster): boolean => cluster.region !== activeRegion();

export async function work(cluster: Cluster, job: () => Promise<void>): Promise<void> {
  if (hasMoved(cluster)) cluster.move();
  await job();
}
