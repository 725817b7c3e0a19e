/**
 * Makes what a new rule consists of, all of it at once and working: the rule, its test, its page and a case, and its
 * place in the lists. What it makes passes the gate as it is; then its query is replaced by what the rule is about.
 *
 *   npm run scaffold -- rule no-something
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

const [kind, name = ''] = process.argv.slice(2);
if (kind !== 'rule' || !/^(?:no|require|use|prefer)-[a-z]+(?:-[a-z]+)*$/.test(name)) {
  console.error('Usage: npm run scaffold -- rule NAME\nNAME begins with no-, require-, use- or prefer-, and has small letters and hyphens.');
  process.exit(2);
}
if (existsSync(`${ROOT}src/rules/${name}.ts`)) {
  console.error(`There is a rule ${name} already.`);
  process.exit(2);
}

/** `no-such-thing` -> `noSuchThing` */
const id = name.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());

/** @type {Readonly<Record<string, string>>} */
const files = {
  [`src/rules/${name}.ts`]: `/** Reports a call of \`${id}\` while a lock is held; to be replaced by what the rule is about. */
import type { Rule } from './rule.js';
import { findingAt, reported } from './shared-references.js';

export const ${id}: Rule = {
  name: '${name}',
  description: 'disallow calling \`${id}\` while a lock is held',
  messages: { called: 'Calls \`${id}\` while \`{{lock}}\` is held. Call it after the release.' },
  defaults: {},
  find(analysis, file, { confidence }) {
    const functions = analysis.project.facts(file)?.functions ?? [];
    const found = functions.flatMap((fact, fn) => {
      // Which locks are held at each instruction, over all ways that lead there.
      const flow = analysis.flow({ file, fn });
      if (!flow) return [];
      return fact.code.flatMap((i, temp) => {
        if (i.op !== 'call' || analysis.places.text({ file, fn }, i.fn) !== '${id}') return [];
        const held = flow.held.find((_, bit) => (flow.before(temp) & (1 << bit)) !== 0);
        if (!held) return [];
        const { lock } = held;
        return [findingAt(analysis, file, '${name}', { fn, temp, certain: lock.certain }, 'called', { lock: lock.place.text })];
      });
    });
    return reported(found, confidence);
  },
};
`,
  [`tests/rules/${name}.test.ts`]: `import { runRule } from './hosts.js';

runRule('${name}', {
  silent: [
    {
      name: 'after the release',
      options: { confidence: 'likely' },
      code: \`
        import { Mutex } from 'async-mutex';
        declare function ${id}(): void;
        const mutex = new Mutex();
        export async function run() {
          const release = await mutex.acquire();
          release();
          ${id}();
        }
      \`,
    },
  ],
  reported: [
    {
      name: 'between acquisition and release',
      code: \`
        import { Mutex } from 'async-mutex';
        declare function ${id}(): void;
        const mutex = new Mutex();
        export async function run() {
          const release = await mutex.acquire();
          try {
            «${id}()»;
          } finally {
            release();
          }
        }
      \`,
      reports: ['Calls \`${id}\` while \`mutex\` is held. Call it after the release.'],
    },
  ],
});
`,
  [`docs/rules/${name}.md`]: `# lockwright/${name}

<!-- end auto-generated rule header -->

Calling \`${id}\` while a lock is held.

## How it fails

| step | task A | task B |
| --- | --- | --- |
| 1 | takes the lock and calls \`${id}\` | |
| 2 | | waits for the lock |

## Examples

Wrong:

\`\`\`ts incorrect
${example(true)}\`\`\`

Right:

\`\`\`ts correct
${example(false)}\`\`\`

## What stays silent, and why

- **A call after the release.** Nobody waits for it.

## Options

<!-- begin auto-generated rule options list -->

<!-- end auto-generated rule options list -->

## When not to use it

Where \`${id}\` may be called under a lock.
`,
  [`tests/cases/scaffold/${name}/case.json`]: `${JSON.stringify(
    {
      title: `A task that calls ${id} under its lock`,
      why: `${id} is called between acquisition and release`,
      rules: [name],
      expect: [{ file: 'task.ts', line: 9, rule: name }],
      exhaustive: true,
      fit: 'direct',
    },
    null,
    2,
  )}\n`,
  [`tests/cases/scaffold/${name}/bad/task.ts`]: example(true).replace(' // reported', ''),
  [`tests/cases/scaffold/${name}/good/task.ts`]: example(false),
};

/** @param {boolean} wrong */
function example(wrong) {
  const call = wrong ? `  try {\n    ${id}(); // reported\n  } finally {\n    release();\n  }\n` : `  release();\n  ${id}();\n`;
  return `import { Mutex } from 'async-mutex';

declare function ${id}(): void;
const mutex = new Mutex();

export async function run(): Promise<void> {
  const release = await mutex.acquire();
${call}}
`;
}

for (const [file, text] of Object.entries(files)) {
  mkdirSync(path.dirname(ROOT + file), { recursive: true });
  writeFileSync(ROOT + file, text);
  console.log(file);
}

insert('src/rules/index.ts', `import type { Rule } from './rule.js';`, `import { ${id} } from './${name}.js';\n`);
insert('src/rules/index.ts', '];', `  ${id},\n`);
insert('.ci/checks.mjs', `];\nlet passed`, `  '${name}',\n`);
insert('README.md', `    "lockwright/use-transaction-handle": "error"`, `    "lockwright/${name}": "error",\n`);
change('tests/cases-found.json', (text) => {
  const found = JSON.parse(text);
  found.own.direct += 1;
  return text.replace(/("own": \{ "direct": )\d+/, `$1${found.own.direct}`);
});
console.log('Now `npm run docs`, which writes the generated parts of the page and of README.md, and `npm run ci`.');

/**
 * @param {string} file
 * @param {string} before
 * @param {string} text
 */
function insert(file, before, text) {
  change(file, (whole) => {
    const at = whole.indexOf(before);
    if (at < 0) throw new Error(`${file} has no ${before}`);
    return whole.slice(0, at) + text + whole.slice(at);
  });
}

/**
 * @param {string} file
 * @param {(text: string) => string} edit
 */
function change(file, edit) {
  writeFileSync(ROOT + file, edit(readFileSync(ROOT + file, 'utf8')));
  console.log(file);
}
