import { loadTranslator, type Translator } from './load.js';

const translators = new Map<string, Promise<Translator>>();

export function translator(language: string): Promise<Translator> {
  let loading = translators.get(language);
  if (!loading) {
    loading = loadTranslator(language);
    translators.set(language, loading);
    loading.catch(() => translators.delete(language));
  }
  return loading;
}
