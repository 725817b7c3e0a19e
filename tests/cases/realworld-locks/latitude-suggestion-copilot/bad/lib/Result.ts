export class ErrorResult<E extends Error> {
  value: undefined;
  constructor(readonly error: E) {}
  unwrap(): never {
    throw this.error;
  }
}
export class OkResult<T> {
  error: undefined;
  constructor(readonly value: T) {}
  unwrap(): T {
    return this.value;
  }
}
export type TypedResult<T, E extends Error = Error> = OkResult<T> | ErrorResult<E>;
export type PromisedResult<T, E extends Error = Error> = Promise<TypedResult<T, E>>;

export const Result = {
  ok: <T>(value: T) => new OkResult(value),
  nil: () => new OkResult(undefined),
  error: <E extends Error>(error: E) => new ErrorResult(error),
};
