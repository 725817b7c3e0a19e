import { ensureAllocationSummary, type QueryFeeModels } from './models'

interface Voucher { allocation: string; amount: bigint }

export class AllocationReceiptCollector {
  constructor(
    private readonly models: QueryFeeModels,
    private readonly protocolNetwork: string,
    private readonly logger: { info(message: string): void; error(message: string, details: object): void },
  ) {}

  async rememberAllocations(actionID: number, allocationIDs: string[]): Promise<boolean> {
    try {
      this.logger.info(`Remember allocations of action ${actionID} for collecting receipts later`)

      await this.models.allocationSummaries.sequelize!.transaction(
        async (transaction) => {
          for (const allocation of allocationIDs) {
            const [summary] = await ensureAllocationSummary(
              this.models,
              allocation,
              transaction,
              this.protocolNetwork,
            )
            await summary.save()
          }
        },
      )
      return true
    } catch (err) {
      this.logger.error(`Failed to remember allocations for collecting receipts later`, { err })
      return false
    }
  }

  async updateWithdrawnFees(vouchers: Voucher[]): Promise<void> {
    await this.models.allocationSummaries.sequelize!.transaction(
      async (transaction) => {
        for (const voucher of vouchers) {
          const [summary] = await ensureAllocationSummary(
            this.models,
            voucher.allocation,
            transaction,
            this.protocolNetwork,
          )
          summary.withdrawnFees = (BigInt(summary.withdrawnFees) + voucher.amount).toString()
          await summary.save()
        }
      },
    )
  }
}
