/** Writing a log, counting and measuring: known by names, because every project has its own. */
import type { FunctionFact, InstructionOf, Temp } from '../facts/ir.js';
import type { Places } from './places.js';
import type { FnRef } from './values.js';

/** Nobody guards against their failure, and nobody minds where they are done. */
const TELLS = /^(?:console|log|logger|logging|debug|trace|tracer|span|metrics?|stats?|telemetry|statsd|counter|histogram|timer|profiler|reporter|sentry|breadcrumbs?)$/i;
const TELLING = /^[_#]?(?:log|debug|info|warn|trace|verbose|notice)[A-Z]?\w*$|(?:log|logger)$/i;

/** Whether a call writes a log, counts or measures. */
export function tells(places: Places, ref: FnRef, i: InstructionOf<'call'>): boolean {
  const fact = places.values.fact(ref)!;
  const callee = fact.code[i.fn];
  const names: string[] = [];
  let at: Temp | undefined = i.fn;
  for (let n = 0; n < 6 && at !== undefined; n++) {
    const one: FunctionFact['code'][number] | undefined = fact.code[at];
    if (one?.op === 'member') {
      names.push(one.name);
      at = one.obj;
    } else {
      if (one?.op === 'get' || one?.op === 'global') names.push(places.name(ref, at));
      at = undefined;
    }
  }
  const [method, ...owners] = names;
  if (owners.some((name) => TELLS.test(name.replace(/^[_#$]+/, '')) || /(?:[lL]ogger|[tT]elemetry|[mM]etrics)$/.test(name))) return true;
  if (method !== undefined && TELLS.test(method)) return true;
  return callee?.op !== 'member' && method !== undefined && TELLING.test(method);
}
