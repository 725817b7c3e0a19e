import { Mutex } from 'async-mutex';
import { refund } from './payments.js';

const seats = new Mutex();
const taken = new Set<number>();

export const withSeats = <T>(work: (taken: Set<number>) => Promise<T>): Promise<T> => seats.runExclusive(() => work(taken));

export async function cancel(seat: number): Promise<void> {
  await withSeats(async (all) => {
    all.delete(seat);
  });
  await refund(seat);
}
