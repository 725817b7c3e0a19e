import type { Knex } from 'knex';

export class StockRepository {
  constructor(private readonly client: Knex) {}

  async take(item: string, count: number): Promise<void> {
    await this.client('stock').where({ item }).decrement('left', count);
  }
}
