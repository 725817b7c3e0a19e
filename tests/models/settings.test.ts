// What users say of their own code is read in full, and each mistake in it is one sentence that says where.

import { describe, expect, it } from 'vitest';
import { lookupMember, modelsWith, parseSettings } from '../../src/models/index.js';

const errorsOf = (input: unknown) => parseSettings(input).errors;
const withMember = (does: unknown) => ({ models: [{ package: '@acme/lock', members: { 'Lock#with': does } }] });
const member = 'settings.lockwright.models[0].members["Lock#with"]';

describe('errors', () => {
  it.each<[string, unknown, ...string[]]>([
    ['callback', withMember({ does: 'section', callback: 'first' }), `${member}.callback: expected a number or 'last'`],
    ['a missing key', withMember({ does: 'section' }), `${member}.callback: is required`],
    ['a key that is nearly right', withMember({ does: 'section', calback: 0, callback: 0 }),
      `${member}.calback: unknown key, did you mean \`callback\`?`],
    ['a key from elsewhere', withMember({ does: 'release', temperature: 1 }),
      `${member}.temperature: unknown key, expected \`does\`, \`key\`, \`lease\` or \`ifHeld\``],
    ['two unknown keys', withMember({ does: 'release', kee: 1, leese: 1 }),
      `${member}.kee: unknown key, did you mean \`key\`?`, `${member}.leese: unknown key, did you mean \`lease\`?`],
    ['a role', withMember({ does: 'locks' }),
      `${member}.does: expected 'section', 'acquire', 'release', 'check out', 'retry', 'make retrying', 'make lock', 'nothing', `
      + "'sleep', 'network', 'process', 'event', 'storage' or 'callback'"],
    ['no role', withMember('sleep'), `${member}: expected an object with \`does\`, such as { does: 'sleep' }`],
    ['one of several', withMember([{ does: 'sleep' }, { does: 'sleep', ms: 'x' }]),
      `${member}[1].ms: expected a number`],
    ['permits', withMember({ does: 'make lock', permits: 'many' }),
      `${member}.permits: expected a number, or an object with \`argument\``],
    ['a path', { models: [{ package: 'x', members: { 'a b': { does: 'sleep' } } }] },
      'settings.lockwright.models[0].members["a b"]: expected a path such as \'Mutex\', \'Mutex#acquire\' or '
      + "'default().get'"],
    ['a model of nothing', { models: [{ members: {} }] },
      'settings.lockwright.models[0]: expected an object with `package`, `file`, `global` or `method`'],
    ['the second model',
      { models: [{ method: 'm', is: { does: 'sleep' } }, { method: 'n', is: { does: 'sleep' }, receiver: '(' }] },
      'settings.lockwright.models[1].receiver: expected a regular expression'],
    ['models', { models: {} }, 'settings.lockwright.models: expected an array'],
    ['the top', { model: [] }, 'settings.lockwright.model: unknown key, did you mean `models`?'],
    ['no object', 3, 'settings.lockwright: expected an object with `models` or `callerHolds`'],
    ['a pattern', { callerHolds: ['_*', 4, '/(/'] }, 'settings.lockwright.callerHolds[1]: expected a string',
      'settings.lockwright.callerHolds[2]: expected a name, in which * stands for any characters, or a /regular '
      + 'expression/'],
  ])('%s', (_, input, ...expected) => {
    expect(errorsOf(input)).toEqual(expected);
  });

  it('keeps what is right', () => {
    const { settings, errors } = parseSettings({
      models: [{ method: 1 }, { global: { 'app.lock': { does: 'section', callback: 0 } } }],
    });
    expect(errors).toHaveLength(2);
    expect(Object.keys(settings.models.globals)).toEqual(['app.lock']);
  });

  it('takes none for empty', () => {
    expect(parseSettings(undefined)).toEqual({
      settings: { models: { packages: [], globals: {}, methods: [], files: [] }, callerHolds: [] }, errors: [],
    });
  });

  it('ends soon on a hostile path', () => {
    const members = { [`${'a'.repeat(50_000)}!`]: { does: 'sleep' } };
    expect(errorsOf({ models: [{ package: 'x', members }] })).toHaveLength(1);
  });
});

describe('a user’s models', () => {
  const { settings, errors } = parseSettings({
    models: [
      { package: '@acme/lock', members: { 'Lock#with': { does: 'section', callback: 'last', key: 0 } } },
      { package: '@acme/http', calls: { does: 'network' }, members: { 'version': { does: 'nothing' } } },
      { package: 'async-mutex', members: { 'Mutex#acquire': { does: 'acquire', gives: 'nothing' } } },
      { file: './src/lock.ts', members: { 'locked': { does: 'section', callback: 0 } } },
      { global: { 'app.sleep': { does: 'sleep', ms: 0 } } },
      { method: 'exclusively', is: { does: 'section', callback: 0 }, receiver: '^gate$' },
    ],
    callerHolds: ['_*', '*Unlocked', '/^locked/i'],
  });
  const models = modelsWith(settings.models);
  const found = (name: string, path: string, how?: 'new') => {
    const model = models.package(name);
    return model ? lookupMember(model, path, how) : undefined;
  };

  it('are read without a word', () => expect(errors).toEqual([]));

  it('add packages', () => {
    expect(found('@acme/lock', 'Lock#with')).toEqual([{ does: 'section', callback: 'last', key: 0 }]);
  });

  it('say what any call of a package does, except where it is listed or constructs', () => {
    expect(found('@acme/http', 'get')).toEqual([{ does: 'network' }]);
    expect(found('@acme/http', 'version')).toEqual([{ does: 'nothing' }]);
    expect(found('@acme/http', 'Client', 'new')).toEqual([]);
    expect(found('@acme/http', 'get().body.map')).toEqual([]);
  });

  it('correct ours, entry by entry', () => {
    expect(found('async-mutex', 'Mutex#acquire')).toEqual([{ does: 'acquire', gives: 'nothing' }]);
    expect(found('async-mutex', 'Mutex#runExclusive')).toHaveLength(1);
  });

  it('describe files, globals and methods', () => {
    const file = models.file('src/lock.ts');
    expect(file && lookupMember(file, 'locked')).toEqual([{ does: 'section', callback: 0 }]);
    expect(models.global('window.app.sleep')).toEqual([{ does: 'sleep', ms: 0 }]);
    expect(models.global('fetch')).toHaveLength(1);
    expect(models.methods('exclusively', 'gate')).toHaveLength(1);
    expect(models.methods('exclusively', 'other')).toHaveLength(0);
    expect(models.methods('runExclusive', 'other')).toHaveLength(1);
  });

  it('name functions whose caller holds the lock', () => {
    const holds = (name: string) => settings.callerHolds.some((pattern) => pattern.test(name));
    expect(['_x', 'getUnlocked', 'LockedGet'].map(holds)).toEqual([true, true, true]);
    expect(['x_', 'Unlockedly', 'x'].map(holds)).toEqual([false, false, false]);
  });
});
