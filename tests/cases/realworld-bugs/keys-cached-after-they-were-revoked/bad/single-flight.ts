export function createSingleFlightByKey<T>() {
  const inFlightMap = new Map<string, Promise<T>>();

  return (key: string, fn: () => Promise<T>): Promise<T> => {
    const inFlight = inFlightMap.get(key);
    if (inFlight) {
      return inFlight;
    }
    const promise = fn().finally(() => {
      if (inFlightMap.get(key) === promise) inFlightMap.delete(key);
    });
    inFlightMap.set(key, promise);
    return promise;
  };
}
