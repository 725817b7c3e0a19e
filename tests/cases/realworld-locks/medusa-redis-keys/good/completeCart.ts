import { RedisLockingProvider } from "./redis-lock"

export const completeCart = (locking: RedisLockingProvider, cartId: string, customerId: string, complete: () => Promise<void>) =>
  locking.execute([cartId, customerId], complete)

export const transferCart = (locking: RedisLockingProvider, customerId: string, cartId: string, transfer: () => Promise<void>) =>
  locking.execute([customerId, cartId], transfer)
