export type AccountsConfig = { mnemonic: string };
export type ForkingConfig = { url: string };
export interface GenesisState { genesisState: Map<string, bigint>; ownedAccounts: { secretKey: string }[] }

export async function createGenesisStateAndOwnedAccounts(
  accountsConfig: AccountsConfig,
  forkingConfig: ForkingConfig | undefined,
  chainType: string,
): Promise<GenesisState> {
  const ownedAccounts = await deriveAccounts(accountsConfig.mnemonic);
  const genesisState = new Map<string, bigint>(forkingConfig === undefined ? [[chainType, 0n]] : []);
  return { genesisState, ownedAccounts };
}

async function deriveAccounts(mnemonic: string): Promise<{ secretKey: string }[]> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(mnemonic));
  return [{ secretKey: String(new Uint8Array(digest)[0]) }];
}
