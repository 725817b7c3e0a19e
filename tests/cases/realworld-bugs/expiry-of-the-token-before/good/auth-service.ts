export interface ClineAuthInfo { idToken: string; refreshToken: string; expiresAt?: number }
export interface AuthClient { refresh(refreshToken: string): Promise<ClineAuthInfo | undefined> }
export interface SecretStore { read(): ClineAuthInfo | undefined; write(info: ClineAuthInfo | undefined): void }

const REFRESH_BUFFER_SECONDS = 5 * 60;

export class AuthService {
  private _clineAuthInfo: ClineAuthInfo | null = null;
  private _refreshInFlight: Promise<boolean> | null = null;

  constructor(private readonly client: AuthClient, private readonly secrets: SecretStore) {}

  restore(): void {
    this._clineAuthInfo = this.secrets.read() ?? null;
  }

  signOut(): void {
    this._clineAuthInfo = null;
    this.secrets.write(undefined);
  }

  async getAuthToken(): Promise<string | null> {
    if (!this._clineAuthInfo?.idToken) {
      return null;
    }

    const expiresAt = this._clineAuthInfo.expiresAt;
    if (expiresAt) {
      const now = Date.now() / 1000;
      if (now >= expiresAt - REFRESH_BUFFER_SECONDS) {
        const refreshed = await this.refreshAccessToken();
        if (!refreshed) {
          return null;
        }
      }
    }

    // read again: a refresh replaces the information, and the old expiry has passed
    const current = this._clineAuthInfo;
    if (!current) {
      return null;
    }
    if (current.expiresAt && Date.now() / 1000 >= current.expiresAt) {
      return null;
    }

    return `workos:${current.idToken}`;
  }

  private refreshAccessToken(): Promise<boolean> {
    this._refreshInFlight ??= this.doRefresh().finally(() => {
      this._refreshInFlight = null;
    });
    return this._refreshInFlight;
  }

  private async doRefresh(): Promise<boolean> {
    const refreshToken = this._clineAuthInfo?.refreshToken;
    if (!refreshToken) {
      return false;
    }
    const renewed = await this.client.refresh(refreshToken);
    if (!renewed) {
      return false;
    }
    this._clineAuthInfo = renewed;
    this.secrets.write(renewed);
    return true;
  }
}
