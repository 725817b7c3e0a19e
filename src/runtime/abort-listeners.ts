// One listener on each AbortSignal, with a set of all who care behind it. A thousand listeners on one signal cost 10 to
// 16 microseconds each and print a warning on Node.js; a set costs neither, and is gone when its last member is.

/** What is told of an abort, at most once. */
export type AbortListener = (reason: unknown) => void;

const audiences = new WeakMap<AbortSignal, Set<AbortListener>>();

/** Calls `react` with the reason when the signal is aborted, at once if it is already; returns how to stop that. */
export function onAbort(signal: AbortSignal | undefined, react: AbortListener): () => void {
  let audience = signal && audiences.get(signal);
  if (signal?.aborted) react(signal.reason);
  else if (signal) {
    if (!audience) audiences.set(signal, (audience = new Set()));
    if (audience.add(react).size < 2) signal.addEventListener('abort', tellAll, { once: true });
  }
  return () => {
    // The last one takes the signal's own listener with it.
    if (audience?.delete(react) && !audience.size) signal!.removeEventListener('abort', tellAll);
  };
}

/** The only listener that a signal has from this package. One that an earlier one has taken out is not called. */
function tellAll(this: AbortSignal): void {
  audiences.get(this)!.forEach((react) => react(this.reason));
}

/**
 * Settles as `work` does, or rejects with the signal's reason as soon as it is aborted. The work is not stopped by
 * that; what becomes of it is ignored, a rejection included.
 */
export function orAbort<T>(signal: AbortSignal | undefined, work: T | PromiseLike<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stopListening = onAbort(signal, reject);
    Promise.resolve(work).then(
      (value) => {
        stopListening();
        resolve(value);
      },
      (error: unknown) => {
        stopListening();
        reject(error);
      },
    );
  });
}
