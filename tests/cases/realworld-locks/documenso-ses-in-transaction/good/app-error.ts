export enum AppErrorCode { ALREADY_EXISTS = 'ALREADY_EXISTS', UNKNOWN_ERROR = 'UNKNOWN_ERROR' }
export class AppError extends Error {
  constructor(readonly code: AppErrorCode, options: { message: string }) {
    super(options.message);
  }
}
