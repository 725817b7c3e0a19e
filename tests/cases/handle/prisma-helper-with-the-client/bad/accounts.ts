import { prisma } from './client.js';
import { balanceOf } from './balance.js';

export const transfer = (from: string, to: string, amount: number): Promise<void> =>
  prisma.$transaction(async (tx) => {
    await tx.entry.create({ data: { account: from, amount: -amount } });
    await tx.entry.create({ data: { account: to, amount } });
    if ((await balanceOf(from)) < 0) throw new Error('overdrawn');
  });
