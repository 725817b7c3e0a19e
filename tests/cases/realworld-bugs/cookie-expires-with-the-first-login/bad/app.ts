import setCookie, { type AuthOptions } from './set-cookie.js';

export function configure(app: { use(handler: ReturnType<typeof setCookie>): void }, authOptions: AuthOptions): void {
  app.use(setCookie(authOptions));
}
