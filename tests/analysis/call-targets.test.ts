/** Which functions and classes of the project each call may reach: what `bench/call-targets` measures. */
import { expect, it } from 'vitest';
import { callTargets } from '../../src/analysis/summaries/call-targets.js';
import { Engine } from '../../src/engine.js';
import { projectOf } from '../projects.js';

it('each call with what it may reach, by the offset of its name', () => {
  const code = "import { far } from './b.js'; function near() {} class Made { constructor() {} } class Plain {} near(); far(); new Made(); new Plain(); other(); near.call(null);";
  const root = projectOf({ 'a.ts': code, 'b.ts': 'export const far = () => 1;' });
  const { prepared } = new Engine(root);
  const found = callTargets(prepared, `${root}/a.ts`).map(({ start, end, targets }) => [code.slice(start, end), ...targets.map((one) => `${one.file.slice(root.length + 1)}:${one.start}`)]);
  const at = (piece: string): string => `a.ts:${code.indexOf(piece)}`;
  expect(found).toEqual([
    ['near()', at('near() {}')],
    ['far()', 'b.ts:19'],
    ['new Made()', at('class Made')],
    ['new Plain()', at('class Plain')],
    ['other()'],
    ['near.call(null)', at('near() {}')],
  ]);
  expect(callTargets(prepared, `${root}/none.ts`)).toEqual([]);
});
