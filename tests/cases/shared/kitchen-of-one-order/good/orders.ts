import { Cook } from './cook.js';

/** A cook for each order. */
export async function order(dishes: readonly string[]): Promise<void> {
  const cook = new Cook();
  for (const dish of dishes) await cook.prepare(dish);
}
