// In whose asynchronous context something runs: what is called on behalf of many must not see the context of one.

type InContext = <R>(fn: () => R) => R;

/** The part of `node:async_hooks` that is used. */
interface Host {
  readonly process?: { getBuiltinModule?(id: string): { AsyncLocalStorage?: { snapshot?(): InContext } } | undefined };
}

/**
 * Gives what runs a function in the asynchronous context of this call, that is with the same values in the users'
 * AsyncLocalStorages. Where the platform has none, it just calls the function.
 */
export function contextHere(): InContext {
  const hooks = (globalThis as Host).process?.getBuiltinModule?.('node:async_hooks');
  return hooks?.AsyncLocalStorage?.snapshot?.() ?? ((fn) => fn());
}
