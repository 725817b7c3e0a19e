import { getConnection, QueryRunner } from 'typeorm'
import Utils from './utils'
import { InputEntity, OutputEntity, TransactionEntity } from './entities'

export class TransactionPersistor {
  public static saveFetchTx = async (hash: string, inputs: InputEntity[], outputs: OutputEntity[]): Promise<TransactionEntity> => {
    const connection = getConnection()
    const txEntity = await connection.getRepository(TransactionEntity).findOne({ hash })
    if (txEntity) {
      return txEntity
    }
    return TransactionPersistor.create(hash, inputs, outputs)
  }

  // only create, check exist before this
  public static create = async (hash: string, inputs: InputEntity[], outputs: OutputEntity[]): Promise<TransactionEntity> => {
    const connection = getConnection()
    const tx = new TransactionEntity()
    tx.hash = hash

    const sliceSize = 100
    const queryRunner = connection.createQueryRunner()
    await TransactionPersistor.waitUntilTransactionFinished(queryRunner)
    await queryRunner.startTransaction()
    try {
      await queryRunner.manager.save(tx)
      for (const slice of Utils.eachSlice(inputs, sliceSize)) {
        await queryRunner.manager.save(slice)
      }
      for (const slice of Utils.eachSlice(outputs, sliceSize)) {
        await queryRunner.manager.save(slice)
      }
      await queryRunner.commitTransaction();
    } catch (err) {
      await queryRunner.rollbackTransaction()
    } finally {
      await queryRunner.release()
    }
    return tx
  }

  private static waitUntilTransactionFinished = async (queryRunner: QueryRunner, timeout: number = 5000) => {
    const startAt: number = +new Date()
    while (queryRunner.isTransactionActive) {
      const now: number = +new Date()
      if (now - startAt < timeout) {
        await Utils.sleep(50)
      }
    }
  }
}
