export class TransactionEntity { hash!: string }
export class InputEntity { outPointTxHash!: string }
export class OutputEntity { capacity!: string }
