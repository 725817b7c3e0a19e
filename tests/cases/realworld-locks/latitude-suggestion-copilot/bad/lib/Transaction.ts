import { database, type Database } from '../client';
import { Result, type PromisedResult, type TypedResult } from './Result';

export default class Transaction {
  private db?: Database;
  private callbacks: Array<(result: unknown) => void> = [];

  public async call<ResultType>(
    handler: (trx: Database) => PromisedResult<ResultType>,
    callback?: (result: ResultType) => void,
  ): PromisedResult<ResultType> {
    let result: TypedResult<ResultType>;

    if (this.db) {
      result = await handler(this.db);

      if (result.error) throw result.error;
      if (callback) this.callbacks.push(callback.bind(null, result.value as ResultType));

      return result;
    } else {
      try {
        await database.transaction(async (trx) => {
          this.db = trx as unknown as Database;
          result = await handler(this.db);

          if (result.error) throw result.error;
          if (callback) this.callbacks.push(callback.bind(null, result.value as ResultType));
        });

        this.callbacks.forEach((callback) => callback(undefined));

        return result!;
      } catch (error) {
        return Result.error(error as Error);
      } finally {
        this.callbacks = [];
      }
    }
  }
}
