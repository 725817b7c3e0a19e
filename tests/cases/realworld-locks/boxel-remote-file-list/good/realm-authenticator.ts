export interface RealmAuthenticator {
  authedRealmFetch(input: string, init?: RequestInit): Promise<Response>;
}
