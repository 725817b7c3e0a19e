import { exclusively } from './guard.js';
import { render } from './render.js';

export function refresh(names: readonly string[]): number {
  for (const name of names) {
    exclusively(() => render(name));
  }
  return names.length;
}
