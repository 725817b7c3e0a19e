/** Reports what some way through the function takes and does not give back. */
import type { Analysis } from '../analysis/summaries/analysis.js';
import { membersBeside } from '../analysis/summaries/library-members.js';
import type { Repair } from '../analysis/finding.js';
import { lifetimes, type Leaked } from '../analysis/summaries/lifetime.js';
import { lockName, traceStep } from './held-too-long.js';
import type { Rule } from './rule.js';

export const requireLockRelease: Rule = {
  name: 'require-lock-release',
  description: 'require every way from an acquisition to the end of the function to release it',
  messages: {
    throws:
      '{{lock}}, taken here, stays held when `{{what}}` (line {{line}}) fails. Give it back in a `finally`, or hold it through a section.',
    throw:
      '{{lock}}, taken here, is still held at the `throw` in line {{line}}. Give it back in a `finally`, or hold it through a section.',
    returns:
      '{{lock}}, taken here, is still held at the `return` in line {{line}}. Give it back in a `finally`, or hold it through a section.',
    ends:
      '{{lock}}, taken here, is still held where the function ends. Give it back in a `finally`, or hold it through a section.',
    never: '{{lock}} is taken here and never given back: whoever wants it next waits for ever.',
    done:
      '{{lock}} is held until `{{done}}` is called, which does not happen {{way}} (line {{line}}). Call it in a `finally`, or leave the parameter out and return a promise.',
    flag:
      '`{{flag}}` stays set when `{{what}}` (line {{line}}) fails, and nobody gets past it again. Clear it in a `finally`.',
    flagLeft: '`{{flag}}`, set here, is still set at the `return` in line {{line}}, and nobody gets past it again. Clear it in a `finally`.',
    inFinally: 'Give it back in a `finally`.',
    clear: 'Clear it in a `finally`.',
    section: 'Hold it through `{{method}}`.',
  },
  hasSuggestions: true,
  defaults: {},
  find(analysis, file, { confidence }) {
    return lifetimes(analysis, file)
      .leaks.filter((one) => confidence === 'likely' || one.certain)
      .map((one) => {
        const { leak } = one;
        const line = String(analysis.project.line(file, leak.s));
        const way = { how: leak.how, what: whatThrows(analysis, file, leak.s, leak.e) };
        return {
          rule: 'require-lock-release',
          file,
          start: one.s,
          end: one.e,
          messageId: messageOf(one),
          data: {
            lock: nameOf(one),
            flag: one.lock.place.text,
            what: way.what,
            line,
            ...(one.done !== undefined && { done: one.done }),
            way: leak.how === 'throw' ? `when \`${way.what}\` fails` : 'on the way that ends there',
          },
          confidence: one.certain ? 'certain' : 'likely',
          repairs: repairsOf(analysis, file, one),
          trace: [traceStep(analysis, one.lock.taken, `takes ${one.lock.place.text}`)],
        };
      });
  },
};

function messageOf({ what, done, leak, never }: Leaked): string {
  if (what === 'flag') return leak.how === 'throw' ? 'flag' : 'flagLeft';
  if (done !== undefined) return 'done';
  if (never) return 'never';
  if (leak.how === 'end') return 'ends';
  if (leak.how === 'return') return 'returns';
  return leak.thrown ? 'throw' : 'throws';
}

function nameOf(one: Leaked): string {
  if (one.what === 'connection') return `The connection of \`${one.lock.place.text}\``;
  if (one.what === 'session') return `The session of \`${one.lock.place.text}\``;
  const name = lockName(one.lock);
  return name.startsWith('the') ? `T${name.slice(1)}` : name;
}

/** The source's own words, on one line. */
function whatThrows(analysis: Analysis, file: string, s: number, e: number): string {
  let text: string;
  try {
    text = analysis.project.text(file).slice(s, e);
  } catch {
    return '…';
  }
  const line = text.replace(/\s+/g, ' ').replace(/^(?:await|throw) /, '').replaceAll('`', "'");
  return line.length > 50 ? `${line.slice(0, 47)}…` : line;
}

function repairsOf(analysis: Analysis, file: string, { what, fn, s, e, held, releases, never }: Leaked): Repair[] {
  // A transaction ends in one way where all went well, and in another where it did not.
  if (!releases || held.at === undefined || held.amongOthers || what === 'transaction') return [];
  const taken = { start: s, end: e };
  const places = releases.map((at) => ({ start: at.s, end: at.e }));
  const { section, release } = what === 'lock' ? membersBeside(analysis, file, fn, held.at) : {};
  const isMaybe = held.maybe || held.gives === 'boolean';
  const words = never ? release : undefined;
  return [
    {
      messageId: what === 'flag' ? 'clear' : 'inFinally',
      do: 'finally',
      taken,
      releases: places,
      ...(words !== undefined && { release: words }),
      ...(isMaybe && { maybe: true as const }),
    },
    ...(section !== undefined && !isMaybe ? [{ messageId: 'section', data: { method: section }, do: 'section' as const, taken, releases: places, method: section }] : []),
  ];
}
