import { exclusively } from './guard.js';
import { render } from './render.js';

export async function refresh(names: readonly string[]): Promise<number> {
  for (const name of names) {
    await exclusively(() => render(name));
  }
  return names.length;
}
