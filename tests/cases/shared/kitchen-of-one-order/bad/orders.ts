import { Cook } from './cook.js';

/** One cook for all orders. */
const cook = new Cook();

export async function order(dishes: readonly string[]): Promise<void> {
  for (const dish of dishes) await cook.prepare(dish);
}
