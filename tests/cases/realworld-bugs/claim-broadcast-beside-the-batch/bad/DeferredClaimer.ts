import AsyncLock from 'async-lock';
import { EventEmitter } from 'node:events';
import type { Swap, ChainCurrency, Musig } from './types.js';

interface SwapToClaimPreimage { swap: Swap; preimage: string; cooperative?: { musig: Musig; transaction: string } }

export class DeferredClaimer extends EventEmitter {
  private static readonly swapsToClaimLock = 'swapsToClaim';
  private readonly lock = new AsyncLock();
  private readonly swapsToClaim = new Map<string, Map<string, SwapToClaimPreimage>>();

  constructor(private readonly currencies: Map<string, ChainCurrency>) {
    super();
    for (const symbol of currencies.keys()) this.swapsToClaim.set(symbol, new Map());
  }

  public sweepSymbol = async (symbol: string): Promise<string[]> => {
    let claimedSwaps: string[] = [];
    await this.lock.acquire('batchClaim', async () => {
      claimedSwaps = await this.batchClaim(symbol);
    });
    return claimedSwaps;
  };

  public deferClaim = async (swap: Swap, preimage: string): Promise<void> => {
    await this.lock.acquire(DeferredClaimer.swapsToClaimLock, async () => {
      this.swapsToClaim.get(swap.symbol)!.set(swap.id, { swap, preimage });
    });
  };

  public broadcastCooperative = async (swap: Swap, theirPubNonce: string, theirPartialSignature: string): Promise<void> => {
    const chainCurrency = this.currencies.get(swap.symbol)!;
    const toClaim = this.swapsToClaim.get(swap.symbol)?.get(swap.id);
    if (toClaim === undefined || toClaim.cooperative === undefined) {
      throw new Error('swap not eligible for a cooperative claim');
    }

    const { fee } = await this.broadcastCooperativeTransaction(chainCurrency, toClaim.cooperative.musig, theirPubNonce, theirPartialSignature);

    await this.lock.acquire(DeferredClaimer.swapsToClaimLock, async () => {
      this.swapsToClaim.get(swap.symbol)?.delete(swap.id);
    });

    this.emit('claim', { swap: toClaim.swap, fee });
  };

  private broadcastCooperativeTransaction = async (chainCurrency: ChainCurrency, musig: Musig, theirPubNonce: string, theirPartialSignature: string) => {
    const transaction = musig.aggregate(theirPubNonce, theirPartialSignature);
    await chainCurrency.chainClient.sendRawTransaction(transaction);
    return { fee: await chainCurrency.chainClient.getFee(transaction) };
  };

  private batchClaim = async (symbol: string): Promise<string[]> => {
    let swapsToClaim: SwapToClaimPreimage[] = [];

    await this.lock.acquire(DeferredClaimer.swapsToClaimLock, async () => {
      const swaps = this.swapsToClaim.get(symbol);
      if (swaps === undefined) {
        return;
      }

      swapsToClaim = Array.from(swaps.values());
      swaps.clear();
    });

    if (swapsToClaim.length === 0) {
      return [];
    }
    await this.currencies.get(symbol)!.chainClient.sendRawTransaction(swapsToClaim.map((s) => s.preimage).join());
    return swapsToClaim.map((toClaim) => toClaim.swap.id);
  };
}
