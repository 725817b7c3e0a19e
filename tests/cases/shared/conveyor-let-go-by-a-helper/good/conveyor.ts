import { weigh, type Motor } from './motor.js';

export class Conveyor {
  motor: Motor | undefined;

  couple(motor: Motor): void {
    this.motor = motor;
  }

  async carry(parcel: string): Promise<number> {
    const weight = await weigh(parcel);
    if (!this.motor) throw new Error('no motor');
    await this.motor.run(weight);
    return weight;
  }
}
