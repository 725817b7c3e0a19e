export function createInvalidatableSingleFlightByKey<T>() {
  const inFlightMap = new Map<string, Promise<T>>();

  return {
    run(key: string, load: (isCurrent: () => boolean) => Promise<T>): Promise<T> {
      const inFlight = inFlightMap.get(key);
      if (inFlight) {
        return inFlight;
      }
      const isCurrent = () => inFlightMap.get(key) === promise;
      const promise: Promise<T> = Promise.resolve()
        .then(() => load(isCurrent))
        .finally(() => {
          if (isCurrent()) inFlightMap.delete(key);
        });
      inFlightMap.set(key, promise);
      return promise;
    },
    invalidate(key: string): boolean {
      return inFlightMap.delete(key);
    },
  };
}
