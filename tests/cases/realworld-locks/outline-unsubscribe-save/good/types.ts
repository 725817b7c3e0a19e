import type { Transaction } from 'sequelize';

export type Next = () => Promise<void>;
export interface Context {
  state: { transaction: Transaction };
  input: { query: { token: string; userId: string; follow?: boolean } };
  redirect(url: string): void;
}
