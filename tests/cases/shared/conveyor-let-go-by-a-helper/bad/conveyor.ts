import { weigh, type Motor } from './motor.js';

export class Conveyor {
  motor: Motor | undefined;

  couple(motor: Motor): void {
    this.motor = motor;
  }

  async carry(parcel: string): Promise<number> {
    if (!this.motor) throw new Error('no motor');
    const weight = await weigh(parcel);
    await this.motor.run(weight);
    return weight;
  }
}
