import AsyncLock from 'async-lock';
import { readFile, writeFile } from 'node:fs';

const locks = new AsyncLock();

type Then = (error: Error | null, text?: string) => void;

function parse(text: string): string[] {
  return text.split('\n');
}

export const lines = new Map<string, string[]>();

export function load(name: string, then: Then): void {
  locks.acquire<string>(name, (done) => {
    readFile(name, 'utf8', (error, text) => {
      if (error) {
        console.error('cannot read', name, error);
        return;
      }
      lines.set(name, parse(text));
      done(null, text);
    });
  }, (error, text) => {
    then(error ?? null, text);
  });
}

export function copy(from: string, to: string, then: Then): void {
  locks.acquire<string>(to, (done) => {
    readFile(from, 'utf8', (error, text) => {
      if (error) return done(error);
      writeFile(to, text, (failure) => {
        if (failure) return;
        done(null, text);
      });
    });
  }, (error, text) => {
    then(error ?? null, text);
  });
}
