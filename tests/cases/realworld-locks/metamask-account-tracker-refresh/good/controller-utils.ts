export type EthQuery = { sendAsync(request: object, callback: (error: Error | null, result: string) => void): void };

export function query(ethQuery: EthQuery, method: string, params: unknown[]): Promise<string> {
  return new Promise((resolve, reject) => {
    ethQuery.sendAsync({ method, params }, (error, result) => {
      if (error) {
        reject(error);
        return;
      }
      resolve(result);
    });
  });
}

export async function safelyExecuteWithTimeout<T>(operation: () => Promise<T>, timeout = 500): Promise<T | undefined> {
  try {
    return await Promise.race([
      operation(),
      new Promise<never>((_, reject) => setTimeout(() => reject(new Error('timeout')), timeout)),
    ]);
  } catch {
    return undefined;
  }
}
