// Preloaded into every thread of a linter under test: notes each source file that is read whole, one line a read.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { readFileSync, appendFileSync } = fs;
fs.readFileSync = (file, ...rest) => {
  if (typeof file === 'string' && /\/lib\/[^/]+\.mjs$/.test(file)) appendFileSync(process.env.NOTE_READS, `${file.split('/').at(-1)}\n`);
  return readFileSync(file, ...rest);
};
syncBuiltinESMExports();
