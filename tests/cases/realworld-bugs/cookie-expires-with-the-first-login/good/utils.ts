export declare function ms(timeframe: string): number;
export function omit<T extends object>(object: T, ...keys: (keyof T)[]): Partial<T> {
  const copy: Partial<T> = { ...object };
  for (const key of keys) delete copy[key];
  return copy;
}
