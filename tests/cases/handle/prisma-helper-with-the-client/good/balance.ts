import type { Prisma } from '@prisma/client';
import { prisma } from './client.js';

export async function balanceOf(account: string, client: Prisma.TransactionClient = prisma): Promise<number> {
  const { _sum } = await client.entry.aggregate({ where: { account }, _sum: { amount: true } });
  return _sum.amount ?? 0;
}
