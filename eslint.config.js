/** Our own source under typescript-eslint, under the rules for rules, and under our own plugin as it was built last. */
import eslintPlugin from 'eslint-plugin-eslint-plugin';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import lockwright from './dist/index.js';

export default defineConfig(
  {
    ignores: [
      '**/dist/**',
      '**/coverage/**',
      '**/.cache/**',
      'tests/cases/**',
      // Wrong on purpose.
      'examples/*/before/**',
    ],
  },
  {
    files: ['**/*.{ts,js,mjs}'],
    extends: [tseslint.configs.recommended, lockwright.configs.strict],
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'eqeqeq': ['error', 'always', { null: 'ignore' }],
      'no-control-regex': 'error',
      'no-fallthrough': 'error',
      'no-irregular-whitespace': 'error',
      'no-self-assign': 'error',
      'no-unsafe-finally': 'error',
      'no-useless-escape': 'error',
      // `!` after an index is how the code says that it is in range, and tests say that something is there.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['src/**/*.ts'],
    extends: [tseslint.configs.recommendedTypeCheckedOnly],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './src/runtime/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // `map.set(key, (inner = new Map()))`: the new map is a Map<any, any> until it is assigned.
      '@typescript-eslint/no-unsafe-argument': 'off',
      // The reason of an abort is passed on as it is, whatever it is.
      '@typescript-eslint/prefer-promise-reject-errors': [
        'error', { allowThrowingUnknown: true, allowThrowingAny: true },
      ],
    },
  },
  {
    // Nodes of two parsers have one type here, and their children none.
    files: ['src/analysis/facts/**/*.ts', 'src/hosts/edits/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  {
    files: ['src/hosts/**/*.ts'],
    extends: [eslintPlugin.configs.recommended],
  },
  {
    // A lock's tests hold it, ask for it again and retry under it on purpose, and a test that fails gives nothing back.
    files: ['tests/runtime/**'],
    rules: {
      'lockwright/require-lock-release': 'off',
      'lockwright/no-self-deadlock': 'off',
      'lockwright/no-retry-in-lock': 'off',
    },
  },
);
