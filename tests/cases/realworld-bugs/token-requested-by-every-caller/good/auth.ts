export interface TokenDetails { token: string; expires: number }
export type TokenCallback = (err: Error | null, tokenDetails?: TokenDetails) => void;
export interface AuthOptions { authCallback(params: { ttl?: number }, callback: TokenCallback): void }

export class Auth {
  tokenDetails: TokenDetails | null = null;
  private tokenRequestInProgress = false;
  private waitingForTokenRequest: TokenCallback[] = [];

  constructor(private readonly authOptions: AuthOptions, private readonly tokenParams: { ttl?: number } = {}) {}

  getAuthHeaders(callback: (err: Error | null, headers?: { authorization: string }) => void): void {
    this._ensureValidAuthCredentials((err, tokenDetails) => {
      if (err) {
        callback(err);
        return;
      }
      callback(null, { authorization: 'Bearer ' + tokenDetails!.token });
    });
  }

  requestToken(callback: TokenCallback): void {
    this.authOptions.authCallback(this.tokenParams, callback);
  }

  _ensureValidAuthCredentials(callback: TokenCallback): void {
    const self = this;
    const token = this.tokenDetails;

    if (this.tokenRequestInProgress) {
      this.waitingForTokenRequest.push(callback);
      return;
    }

    const requestToken = function () {
      self.tokenRequestInProgress = true;
      self.requestToken(function (err, tokenResponse) {
        self.tokenRequestInProgress = false;
        const waiting = [callback, ...self.waitingForTokenRequest];
        self.waitingForTokenRequest = [];
        if (!err) self.tokenDetails = tokenResponse!;
        for (const each of waiting) each(err, tokenResponse);
      });
    };

    if (token) {
      if (token.expires > Date.now()) {
        callback(null, token);
      } else {
        self.tokenDetails = null;
        requestToken();
      }
      return;
    }
    requestToken();
  }
}
