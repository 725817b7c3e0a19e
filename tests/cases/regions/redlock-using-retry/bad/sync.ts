import { createClient } from 'redis';
import pRetry from 'p-retry';
import Redlock from 'redlock';
import { pushInvoice, type Invoice } from './invoices.js';

const redis = createClient();
const redlock = new Redlock([redis as never]);

export async function sync(invoices: Invoice[]): Promise<void> {
  await redlock.using(['ledger:invoices'], 10_000, async (signal) => {
    for (const invoice of invoices) {
      if (signal.aborted) throw signal.error;
      await pRetry(() => pushInvoice(invoice), { retries: 5 });
    }
  });
}
