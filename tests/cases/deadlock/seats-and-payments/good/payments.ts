import { Mutex } from 'async-mutex';
import { withSeats } from './seats.js';

const ledger = new Mutex();
const paid = new Map<number, number>();

export async function refund(seat: number): Promise<void> {
  const release = await ledger.acquire();
  try {
    paid.delete(seat);
  } finally {
    release();
  }
}

export async function pay(seat: number, amount: number): Promise<void> {
  const release = await ledger.acquire();
  try {
    paid.set(seat, amount);
    await withSeats(async (all) => {
      all.add(seat);
    });
  } finally {
    release();
  }
}
