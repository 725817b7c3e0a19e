import { createGenesisStateAndOwnedAccounts, type AccountsConfig, type ForkingConfig, type GenesisState } from './create.js';

const noForkingConfigCacheMarkerObject = {};

const genesisStateAndAccountsCache: WeakMap<AccountsConfig, WeakMap<object, Map<string, GenesisState>>> = new WeakMap();

export async function getGenesisStateAndOwnedAccounts(
  accountsConfig: AccountsConfig,
  forkingConfig: ForkingConfig | undefined,
  chainType: string,
): Promise<GenesisState> {
  const cached = genesisStateAndAccountsCache
    .get(accountsConfig)
    ?.get(forkingConfig ?? noForkingConfigCacheMarkerObject)
    ?.get(chainType);

  if (cached !== undefined) {
    return cached;
  }

  const result = await createGenesisStateAndOwnedAccounts(accountsConfig, forkingConfig, chainType);

  let secondLevelCacheMap = genesisStateAndAccountsCache.get(accountsConfig);
  if (secondLevelCacheMap === undefined) {
    secondLevelCacheMap = new WeakMap();
    genesisStateAndAccountsCache.set(accountsConfig, secondLevelCacheMap);
  }

  let thirdLevelCacheMap = secondLevelCacheMap.get(forkingConfig ?? noForkingConfigCacheMarkerObject);
  if (thirdLevelCacheMap === undefined) {
    thirdLevelCacheMap = new Map();
    secondLevelCacheMap.set(forkingConfig ?? noForkingConfigCacheMarkerObject, thirdLevelCacheMap);
  }

  thirdLevelCacheMap.set(chainType, result);

  return result;
}
