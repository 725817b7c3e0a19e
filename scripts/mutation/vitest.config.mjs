// The tests of the runtime with one change in its sources: MUTANT holds it as JSON { file, start, end, text }.

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('../../', import.meta.url));
const mutant = process.env.MUTANT && JSON.parse(process.env.MUTANT);

export default defineConfig({
  root,
  plugins: [
    {
      name: 'mutant',
      enforce: 'pre',
      transform(code, id) {
        if (!mutant || id !== root + mutant.file) return undefined;
        return { code: code.slice(0, mutant.start) + mutant.text + code.slice(mutant.end), map: null };
      },
    },
  ],
  test: { include: ['tests/runtime/**/*.test.ts'], pool: 'forks', fileParallelism: false, testTimeout: 20_000, bail: 1 },
});
