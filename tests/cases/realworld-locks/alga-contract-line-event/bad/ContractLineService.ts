import type { Knex } from 'knex';
import { publishEvent } from './publishers';
import { withTransaction } from './tenant';

export interface ServiceContext { tenant: string; userId: string }
export interface IContractLine { contract_line_id: string; contract_line_name: string; contract_line_type: string; custom_rate?: number | null }

export class ContractLineService {
  constructor(private knex: Knex) {}

  async create(data: Omit<IContractLine, 'contract_line_id'>, context: ServiceContext): Promise<IContractLine> {
    return withTransaction(this.knex, async (trx) => {
      const planData = { ...data, tenant: context.tenant };
      planData.custom_rate = data.contract_line_type === 'Fixed' ? (data.custom_rate ?? null) : null;

      const [contractLine] = await trx('contract_lines').insert(planData).returning('*');

      // Publish event
      await publishEvent({
        eventType: 'CONTRACT_LINE_CREATED',
        payload: {
          tenantId: context.tenant,
          contractLineId: contractLine.contract_line_id,
          contractLineName: data.contract_line_name,
          userId: context.userId,
        },
      });

      return contractLine;
    });
  }

  async getById(id: string, context: ServiceContext): Promise<IContractLine | null> {
    return this.knex('contract_lines').where({ contract_line_id: id, tenant: context.tenant }).first();
  }
}
