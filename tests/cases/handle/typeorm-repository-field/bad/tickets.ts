import { DataSource, Repository } from 'typeorm';
import { Seat, Ticket } from './entities.js';

export class Tickets {
  constructor(
    private readonly source: DataSource,
    private readonly seats: Repository<Seat>,
  ) {}

  async sell(seat: number): Promise<void> {
    await this.source.transaction(async (manager) => {
      await manager.save(Object.assign(new Ticket(), { seat }));
      await this.seats.update(seat, { free: false });
    });
  }
}
