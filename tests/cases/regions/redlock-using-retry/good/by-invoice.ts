import { createClient } from 'redis';
import pRetry from 'p-retry';
import Redlock from 'redlock';
import { pushInvoice, type Invoice } from './invoices.js';

const redis = createClient();
const redlock = new Redlock([redis as never]);

/** Nobody else has anything to do with these invoices meanwhile. */
export async function syncOwn(invoices: Invoice[]): Promise<void> {
  await redlock.using(invoices.map((i) => `invoice:${i.id}`), 10_000, async (signal) => {
    for (const invoice of invoices) {
      if (signal.aborted) throw signal.error;
      await pRetry(() => pushInvoice(invoice), { retries: 5 });
    }
  });
}
