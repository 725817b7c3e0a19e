class OkResult<T> { constructor(readonly value: T) {} isErr(): this is never { return false; } }
class ErrResult { constructor(readonly error: Error) {} isErr(): this is ErrResult { return true; } }
export type Result<T> = OkResult<T> | ErrResult;
export const Ok = <T>(value: T): Result<T> => new OkResult(value);
export const Err = (error: Error): ErrResult => new ErrResult(error);
