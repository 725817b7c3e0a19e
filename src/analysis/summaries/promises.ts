/** Promises made by hand: who settles a `new Promise(…)`, and so what awaiting it waits for. */
import type { FunctionFact, InstructionOf, Temp } from '../facts/ir.js';
import { addsListener, isGlobalObject, setsTimer } from '../../models/language.js';
import type { ParamPath } from './effect.js';
import type { FnRef, TempRef, Values } from './values.js';
import { writesOf } from './uses.js';

export interface Settling {
  /** A timer calls resolve: its delay in milliseconds, where it is written. */
  readonly timer?: { readonly at: TempRef; readonly delay: number | ParamPath | undefined };
  /** Another party must: resolve is stored, or called by a listener. Where it is put. */
  readonly other?: TempRef;
  /** What is waited for is the end of a child process. */
  readonly child?: true;
  /** Resolve (or a function that calls it) is handed to these calls. */
  readonly handedTo: readonly TempRef[];
  /** The executor itself resolves. */
  readonly itself: boolean;
}

/** Hears later of what others do. */
export const listens = (method: string): boolean => addsListener(method) || /^(?:subscribe|listen|then|on[A-Z]\w*)$/.test(method);
const STORES = /^(?:push|unshift|set|add|enqueue|append)$/;

/** Handlers by which a request of one's own (IndexedDB, a file reader) answers: that is storage, not another party. */
const ANSWERED = /^on(?:success|complete|upgradeneeded|blocked|load|loadend)$/;
/** Being told to stop is not what is waited for: `signal.addEventListener('abort', …)` holds until told. */
const OWN_EVENTS = /^(?:abort|success|complete|upgradeneeded|blocked|load|loadend)$/;

function isOwnAnswer(values: Values, ref: FnRef, i: InstructionOf<'call'>): boolean {
  const method = values.instruction({ ...ref, temp: i.fn });
  // The end of a stream of files or of a codec.
  if (method?.op === 'member' && values.of(ref, method.obj).some((ty) => ty.k === 'external' && /^(?:fs|zlib|stream|fs-extra)$/.test(ty.package))) return true;
  const first = i.args[0] !== undefined ? values.of(ref, i.args[0])[0] : undefined;
  return first?.k === 'constant' && typeof first.value === 'string' && OWN_EVENTS.test(first.value);
}

/** An event of a child process: its end, or that of one of its streams. */
function isOfChild(values: Values, ref: FnRef, i: InstructionOf<'call'>): boolean {
  const method = values.instruction({ ...ref, temp: i.fn });
  return method?.op === 'member' && values.of(ref, method.obj).some((ty) => ty.k === 'external' && /^(?:child_process|cross-spawn|execa)$/.test(ty.package));
}

/** @param executor The function passed to `new Promise`. */
export function settlingOf(values: Values, executor: FnRef): Settling {
  const facts = values.project.facts(executor.file)!;
  const fact = facts.functions[executor.fn]!;
  const resolveVar = fact.params[0]?.v;
  const handedTo: TempRef[] = [];
  let timer: Settling['timer'];
  let other: TempRef | undefined;
  let itself = false;
  let child = false as boolean;
  if (resolveVar === undefined) return { handedTo, itself };

  /** A temp is resolve, or a function that calls it (or stores it) when it is called. */
  const carries = (ref: FnRef, temp: Temp, depth: number): boolean => {
    const i = facts.functions[ref.fn]!.code[temp];
    if (!i || depth > 4) return false;
    switch (i.op) {
      case 'get':
        return i.v === resolveVar || writesOf(facts, i.v).some((w) => w.fn === ref.fn && carries(ref, w.value, depth + 1));
      case 'fn':
        return mentions(facts.functions[i.fn]!, depth);
      case 'nonnull':
      case 'cast':
        return carries(ref, i.value, depth);
      case 'object':
        return i.props.some((p) => carries(ref, p.value, depth + 1));
      case 'join':
        return i.of.some((t) => carries(ref, t, depth));
      case 'array':
        return i.items.some((t) => carries(ref, t, depth + 1));
      default:
        return false;
    }
  };
  const mentions = (inner: FunctionFact, depth: number): boolean =>
    inner.code.some(
      (i) =>
        (i.op === 'get' && i.v === resolveVar) || (i.op === 'fn' && depth < 4 && mentions(facts.functions[i.fn]!, depth + 1)),
    );

  /** A promise that a caller passed: `timeLimit(work, ms)` waits for the work, and not for somebody else. */
  const isPassed = (temp: Temp): boolean => {
    const i = fact.code[temp];
    return i?.op === 'get' && facts.vars[i.v]!.kind === 'param' && facts.vars[i.v]!.owner !== executor.fn;
  };

  fact.code.forEach((i, temp) => {
    const at = { ...executor, temp };
    switch (i.op) {
      case 'call': {
        const callee = fact.code[i.fn];
        if (callee?.op === 'get' && callee.v === resolveVar) {
          itself = true;
          return;
        }
        if (callee?.op === 'fn' && carries(executor, i.fn, 0)) handedTo.push(at);
        if (!i.args.some((arg) => carries(executor, arg, 0))) return;
        const name = callee?.op === 'member' || callee?.op === 'global' ? callee.name : nameOf(facts, callee);
        const isMethod = callee?.op === 'member' && !isMemberOfGlobal(fact, callee);
        if (name === 'setImmediate') itself = true;
        else if (setsTimer(name) || timerOfPackage(values, executor, i)) {
          timer ??= { at, delay: delayOf(values, executor, i) };
        } else if (name === 'then' && callee?.op === 'member' && isPassed(callee.obj)) itself = true;
        else if (listens(name) || (isMethod && STORES.test(name))) {
          if (isOfChild(values, executor, i)) child = true;
          if (!isOwnAnswer(values, executor, i)) other ??= at;
          else itself = true;
        } else handedTo.push(at);
        return;
      }
      case 'setmember':
        if (!carries(executor, i.value, 0)) return;
        if (ANSWERED.test(i.name)) itself = true;
        else other ??= at;
        return;
      case 'setindex':
        if (carries(executor, i.value, 0)) other ??= at;
        return;
      case 'set':
        // Written to a variable outside of the executor: somebody else will call it.
        if (facts.vars[i.v]!.owner !== executor.fn && carries(executor, i.value, 0)) other ??= at;
        return;
      default:
        return;
    }
  });
  return { ...(timer && { timer }), ...(other && { other }), ...(child && { child: true as const }), handedTo, itself };
}

/** `setTimeout` imported from a package of timers (`node:timers`, `safe-timers`). */
function timerOfPackage(values: Values, ref: FnRef, i: InstructionOf<'call'>): boolean {
  return values
    .of(ref, i.fn)
    .some((ty) => ty.k === 'external' && /(?:^|-)timers$/.test(ty.package) && setsTimer(ty.path));
}

/** Milliseconds, or the parameter that gives them; nothing where neither is known. */
export function delayOf(values: Values, ref: FnRef, i: InstructionOf<'call'>): number | ParamPath | undefined {
  if (i.args[1] === undefined) return 0;
  const value = values.of(ref, i.args[1]);
  const constant = value.length === 1 && value[0]!.k === 'constant' ? value[0].value : undefined;
  if (typeof constant === 'number') return constant;
  return value.find((ty) => ty.k === 'param');
}

function isMemberOfGlobal(fact: FunctionFact, callee: InstructionOf<'member'>): boolean {
  const obj = fact.code[callee.obj];
  return obj?.op === 'global' && isGlobalObject(obj.name);
}

function nameOf(facts: { vars: readonly { name: string }[] }, i: FunctionFact['code'][number] | undefined): string {
  return i?.op === 'get' ? facts.vars[i.v]!.name : '';
}
