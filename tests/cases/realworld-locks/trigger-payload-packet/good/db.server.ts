import { PrismaClient } from "@prisma/client";

export type PrismaTransactionClient = Omit<PrismaClient, "$connect" | "$disconnect" | "$on" | "$transaction" | "$use" | "$extends">;

export type PrismaClientOrTransaction = PrismaClient | PrismaTransactionClient;

function isTransactionClient(prisma: PrismaClientOrTransaction): prisma is PrismaTransactionClient {
  return !("$transaction" in prisma);
}

export type PrismaTransactionOptions = {
  maxWait?: number;
  timeout?: number;
  swallowPrismaErrors?: boolean;
};

export async function $transaction<R>(
  prisma: PrismaClientOrTransaction,
  fn: (prisma: PrismaTransactionClient) => Promise<R>,
  options?: PrismaTransactionOptions
): Promise<R | undefined> {
  if (isTransactionClient(prisma)) {
    return fn(prisma);
  }

  try {
    return await (prisma as PrismaClient).$transaction(fn, options);
  } catch (error) {
    if (error instanceof Error && "code" in error) {
      console.error("prisma.$transaction error", error.message);

      if (options?.swallowPrismaErrors) {
        return;
      }
    }

    throw error;
  }
}

export const prisma = new PrismaClient();
