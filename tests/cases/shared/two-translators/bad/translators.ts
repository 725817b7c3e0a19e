import { loadTranslator, type Translator } from './load.js';

const translators = new Map<string, Translator>();

export async function translator(language: string): Promise<Translator> {
  const known = translators.get(language);
  if (known) return known;
  const loaded = await loadTranslator(language);
  translators.set(language, loaded);
  return loaded;
}
