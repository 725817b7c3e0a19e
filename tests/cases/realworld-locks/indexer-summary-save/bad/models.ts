import { Model, Sequelize, type Transaction } from 'sequelize'

export class AllocationSummary extends Model {
  declare allocation: string
  declare withdrawnFees: string
}

export interface QueryFeeModels {
  allocationSummaries: typeof AllocationSummary
}

export function defineQueryFeeModels(sequelize: Sequelize): QueryFeeModels {
  AllocationSummary.init(
    { allocation: { type: 'VARCHAR(255)', primaryKey: true }, withdrawnFees: { type: 'DECIMAL', defaultValue: 0 } },
    { sequelize, tableName: 'allocation_summaries' },
  )
  return { allocationSummaries: AllocationSummary }
}

export const ensureAllocationSummary = async (
  models: QueryFeeModels,
  allocation: string,
  transaction: Transaction,
  protocolNetwork: string,
): Promise<[AllocationSummary, boolean]> => {
  return await models.allocationSummaries.findOrBuild({
    where: { allocation },
    defaults: { allocation, protocolNetwork, withdrawnFees: '0' },
    transaction,
  })
}
