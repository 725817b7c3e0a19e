export interface TokenDetails { token: string; expires: number }
export type TokenCallback = (err: Error | null, tokenDetails?: TokenDetails) => void;
export interface AuthOptions { authCallback(params: { ttl?: number }, callback: TokenCallback): void }

export class Auth {
  tokenDetails: TokenDetails | null = null;

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

    const requestToken = function () {
      self.requestToken(function (err, tokenResponse) {
        if (err) {
          callback(err);
          return;
        }
        callback(null, (self.tokenDetails = tokenResponse!));
      });
    };

    if (token) {
      if (token.expires > Date.now()) {
        callback(null, token);
      } else {
        /* expired, so remove and fallthrough to getting a new one */
        self.tokenDetails = null;
        requestToken();
      }
      return;
    }
    requestToken();
  }
}
