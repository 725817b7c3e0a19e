// Preloaded: a disk that takes half of what is written to the cache's folder, and then refuses.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { writeFileSync, mkdirSync, openSync } = fs;
const refuse = () => {
  throw Object.assign(new Error(`${process.env.REFUSE_WITH}: refused`), { code: process.env.REFUSE_WITH });
};
const isThere = (file) => String(file).startsWith(process.env.REFUSE_IN);

fs.writeFileSync = (file, data, ...rest) => {
  if (!isThere(file)) return writeFileSync(file, data, ...rest);
  if (process.env.REFUSE_WITH === 'ENOSPC') writeFileSync(file, data.slice(0, data.length / 2));
  return refuse();
};
fs.mkdirSync = (file, ...rest) => (isThere(file) && process.env.REFUSE_WITH !== 'ENOSPC' ? refuse() : mkdirSync(file, ...rest));
fs.openSync = (file, flags, ...rest) => (isThere(file) && /[wax]/.test(String(flags)) ? refuse() : openSync(file, flags, ...rest));
syncBuiltinESMExports();
