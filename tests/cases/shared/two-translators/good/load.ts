import { readFile } from 'node:fs/promises';

export class Translator {
  readonly #words: ReadonlyMap<string, string>;
  readonly listeners: (() => void)[] = [];

  constructor(words: ReadonlyMap<string, string>) {
    this.#words = words;
  }

  say(word: string): string {
    return this.#words.get(word) ?? word;
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }
}

export async function loadTranslator(language: string): Promise<Translator> {
  const text = await readFile(`${language}.json`, 'utf8');
  return new Translator(new Map(Object.entries(JSON.parse(text) as Record<string, string>)));
}
