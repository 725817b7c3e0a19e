import fetch from 'node-fetch';
import plimit from 'p-limit';

export interface VaultConfig { baseUrl: string; token: string; secretEngine: string; kvVersion: number }

export type VaultSecretList = {
  data: {
    keys: string[];
  };
};

export type VaultSecret = {
  name: string;
  path: string;
  showUrl: string;
};

type RenewTokenResponse = {
  auth: {
    client_token: string;
  };
};

export interface VaultApi {
  listSecrets(secretPath: string): Promise<VaultSecret[]>;
  renewToken?(): Promise<void>;
}

export class VaultClient implements VaultApi {
  private vaultConfig: VaultConfig;
  private readonly limit = plimit(5);

  constructor(options: { config: VaultConfig }) {
    this.vaultConfig = options.config;
  }

  private async callApi<T>(path: string, query: { [key in string]: any }, method: string = 'GET'): Promise<T> {
    const url = new URL(path, this.vaultConfig.baseUrl);
    const response = await fetch(`${url.toString()}?${new URLSearchParams(query).toString()}`, {
      method,
      headers: { Accept: 'application/json', 'X-Vault-Token': this.vaultConfig.token },
    });
    if (response.ok) {
      return (await response.json()) as T;
    }
    throw new Error(`Unexpected error while fetching secrets from path '${path}'`);
  }

  async listSecrets(secretPath: string): Promise<VaultSecret[]> {
    const listUrl =
      this.vaultConfig.kvVersion === 2
        ? `v1/${this.vaultConfig.secretEngine}/metadata/${secretPath}`
        : `v1/${this.vaultConfig.secretEngine}/${secretPath}`;
    const result = await this.limit(() =>
      this.callApi<VaultSecretList>(listUrl, { list: true }),
    );

    const secrets: VaultSecret[] = [];

    await Promise.all(
      result.data.keys.map(async (secret) => {
        if (secret.endsWith('/')) {
          secrets.push(
            ...(await this.limit(() =>
              this.listSecrets(`${secretPath}/${secret.slice(0, -1)}`),
            )),
          );
        } else {
          secrets.push({
            name: secret,
            path: secretPath,
            showUrl: `${this.vaultConfig.baseUrl}/ui/vault/secrets/${this.vaultConfig.secretEngine}/show/${secretPath}/${secret}`,
          });
        }
      }),
    );

    return secrets;
  }

  async renewToken(): Promise<void> {
    const result = await this.callApi<RenewTokenResponse>('v1/auth/token/renew-self', {}, 'POST');

    this.vaultConfig.token = result.auth.client_token;
  }
}
