import type { Knex } from 'knex';

export class TenantConnection {
  readonly role: string;

  constructor(protected pool: Knex, public readonly options: { role: string; claims: object }) {
    this.role = options.role || 'anon';
  }

  transaction(isolation?: Knex.IsolationLevels, instance?: Knex) {
    return (instance || this.pool).transactionProvider({
      isolationLevel: isolation,
    });
  }

  async setScope(tnx: Knex.Transaction) {
    await tnx.raw(`select set_config('role', ?, true), set_config('request.jwt.claims', ?, true);`, [
      this.role,
      JSON.stringify(this.options.claims),
    ]);
  }
}
