import type { Service } from './service.js';

class Clock {
  async install(service: Service): Promise<void> {
    await service.register('clock');
  }
}

export const plugIns: readonly Clock[] = [new Clock()];
