import type { Context, Next } from './types';
import { sequelize } from './database';

/**
 * Middleware that wraps a route in a database transaction, useful for mutations
 * The transaction is available on the context as `ctx.state.transaction` and
 * should be passed to all database calls within the route.
 */
export function transaction() {
  return async function transactionMiddleware(ctx: Context, next: Next) {
    await sequelize.transaction(async (t) => {
      ctx.state.transaction = t;
      return next();
    });
  };
}
