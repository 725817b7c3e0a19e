export type NonceLock = { nextNonce: number; nonceDetails: object; releaseLock: () => void };
type TxParams = { from: string; nonce?: string };
type SmartTransaction = { uuid: string; status: string; nonceDetails: object; preTxBalance?: string; time: number; txParams: TxParams };

export class SmartTransactionsController {
  state: { smartTransactions: SmartTransaction[] } = { smartTransactions: [] };

  private readonly getNonceLock: (address: string) => Promise<NonceLock>;

  constructor(
    options: { getNonceLock: (address: string) => Promise<NonceLock> },
    private readonly ethersProvider: { getBalance(address: string): Promise<bigint> },
    private readonly apiUrl: string,
  ) {
    this.getNonceLock = options.getNonceLock;
  }

  private async fetch(path: string, body: object) {
    const response = await fetch(`${this.apiUrl}/${path}`, { method: 'POST', body: JSON.stringify(body) });
    return (await response.json()) as { uuid: string };
  }

  updateSmartTransaction(smartTransaction: SmartTransaction) {
    if (this.state.smartTransactions.some((stx) => stx.uuid === smartTransaction.uuid)) {
      throw new Error(`Smart transaction ${smartTransaction.uuid} exists`);
    }
    this.state = { smartTransactions: [...this.state.smartTransactions, smartTransaction] };
  }

  async submitSignedTransactions(rawTxs: string[], txParams: TxParams) {
    const data = await this.fetch('submitTransactions', { rawTxs });
    const time = Date.now();
    let preTxBalance;
    try {
      preTxBalance = (await this.ethersProvider.getBalance(txParams.from)).toString(16);
    } catch (e) {
      console.error('ethers error', e);
    }
    const nonceLock = await this.getNonceLock(txParams.from);
    const nonce = `0x${nonceLock.nextNonce.toString(16)}`;
    if (!txParams.nonce) {
      txParams.nonce = nonce;
    }
    const { nonceDetails } = nonceLock;

    this.updateSmartTransaction({ nonceDetails, preTxBalance, status: 'pending', time, txParams, uuid: data.uuid });

    nonceLock.releaseLock();
    return data;
  }
}
