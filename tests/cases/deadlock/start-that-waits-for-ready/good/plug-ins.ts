import type { Service } from './service.js';

class Clock {
  async install(service: Service): Promise<void> {
    service.add('clock');
  }
}

export const plugIns: readonly Clock[] = [new Clock()];
