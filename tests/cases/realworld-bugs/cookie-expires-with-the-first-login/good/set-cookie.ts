import { ms, omit } from './utils.js';
import type { Request, Response } from './express.js';

export interface CookieOptions { enabled?: boolean; name?: string; secure?: boolean; maxAge?: string; expires?: Date }
export interface AuthOptions { cookie?: CookieOptions; jwt: { expiresIn?: string } }

export default function setCookie(authOptions: AuthOptions) {
  function makeExpiry(timeframe: string): Date {
    return new Date(Date.now() + ms(timeframe));
  }

  return function (req: Request, res: Response, next: (error?: Error) => void) {
    // Prevent mutating authOptions object
    const options: CookieOptions = Object.assign({}, authOptions.cookie);

    // If cookies are enabled then set it with its options.
    if (options.enabled && options.name) {
      const cookie = options.name;

      if (res.data && res.data.accessToken) {
        // Clear out any old cookie since we are creating a new one
        res.clearCookie(cookie);

        if (!req.secure && options.secure) {
          console.warn("WARN: Request isn't served through HTTPS: JWT in the cookie is exposed.");
        }

        // If a custom expiry wasn't passed then set the expiration
        // to be that of the JWT expiration or the maxAge option if provided.
        if (options.expires === undefined) {
          if (options.maxAge) {
            options.expires = makeExpiry(options.maxAge);
          } else if (authOptions.jwt.expiresIn) {
            options.expires = makeExpiry(authOptions.jwt.expiresIn);
          }
        }

        // Ensure that if a custom expiration was passed it is a valid date
        if (options.expires && !(options.expires instanceof Date)) {
          return next(new Error('cookie.expires must be a valid Date object'));
        }

        const cookieOptions = omit(options, 'name', 'enabled', 'maxAge');
        res.cookie(cookie, res.data.accessToken, cookieOptions);
      }
    }

    next();
  };
}
