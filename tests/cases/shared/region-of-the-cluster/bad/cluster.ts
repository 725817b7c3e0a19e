import { activeRegion } from './config.js';

export class Cluster {
  region = '';

  move(): void {
    this.region = `${activeRegion()}`;
  }
}
