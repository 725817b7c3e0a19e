// Every order in which the steps of several tasks can come.

/** All merges of the tasks that keep each task's own order. */
export function* ordersOf<T>(tasks: readonly (readonly T[])[]): Generator<T[]> {
  if (tasks.every((task) => task.length === 0)) yield [];
  for (const [index, task] of tasks.entries()) {
    if (task.length === 0) continue;
    const rest = tasks.with(index, task.slice(1));
    for (const order of ordersOf(rest)) yield [task[0]!, ...order];
  }
}

/** Each order with each choice of the gaps in which everything comes to rest. */
export function* withPauses<T>(order: readonly T[], pause: T): Generator<T[]> {
  for (let choice = 0; choice < 2 ** order.length; choice += 1) {
    yield order.flatMap((step, index) => (choice & (1 << index) ? [step, pause] : [step]));
  }
}
