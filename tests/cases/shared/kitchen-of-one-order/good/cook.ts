import { ignite, type Flame } from './stove.js';

export class Cook {
  private flame: Flame | undefined;

  async prepare(dish: string): Promise<void> {
    const flame = await this.ready();
    await flame.heat(dish);
  }

  private async ready(): Promise<Flame> {
    if (!this.flame) {
      this.flame = await ignite();
    }
    return this.flame;
  }
}
