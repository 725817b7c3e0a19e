/** Which statements a function sends to a database, itself or through what it calls, and through which handle. */
import { continuesPromise } from '../../models/language.js';
import { PerFile } from '../freshness/grounds.js';
import { isMember, lookupMember, type Does, type PackageModel } from '../../models/index.js';
import type { BlockIndex, FunctionFact, InstructionOf, Temp } from '../facts/ir.js';
import type { Analysis } from './analysis.js';
import { conditionFor, conditionKey, conditionsOf, passedBy, type Condition } from './conditions.js';
import { withPassedOn } from './awaiting.js';
import { paramKey, wayThrough, type ParamPath, type Step } from './effect.js';
import { successors } from './graph.js';
import { handlesOf, rootKey, type Handle, type Origin, type Origins, type Root } from './handles.js';
import type { Invocation } from './outcomes.js';
import { writesOf } from './uses.js';
import type { FnRef, Value } from './values.js';

export interface Statement {
  readonly root: Root;
  readonly handle: Handle;
  /** The handle, as the source has it there. */
  readonly text: string;
  /** It is sent only where none of these is given. */
  readonly without: readonly ParamPath[];
  /** It is sent only where all of these are. */
  readonly withAll: readonly ParamPath[];
  /** What else has to be true of the parameters of the function around it. */
  readonly when?: readonly Condition[];
  /** The call that could have said in which transaction, and did not. */
  readonly omitted?: string;
  /** Where that call takes it. */
  readonly missing?: { readonly param: ParamPath; readonly call: { readonly s: number; readonly e: number } };
  /** It says itself in which transaction it runs. */
  readonly bound?: true;
  /** The query was built before, outside of the function that waits for it. */
  readonly built?: true;
  /** From the call in the function down to the statement. */
  readonly steps: readonly Step[];
  readonly certain: boolean;
}

/** More of them say nothing more. */
const MOST = 40;
/** Closures in closures. */
const DEEPEST = 12;
/** Chains of calls deeper than this are cut: the stack has an end. */
const DEEPEST_CALLS = 80;

interface Guard {
  readonly given: readonly ParamPath[];
  readonly absent: readonly ParamPath[];
}

interface State {
  readonly summaries: PerFile<readonly Statement[]>;
  readonly open: Set<string>;
}

const states = new WeakMap<Analysis, State>();

/** What a call of the function sends until its promise has settled. */
export function statementsOf(analysis: Analysis, ref: FnRef): readonly Statement[] {
  let state = states.get(analysis);
  if (!state) states.set(analysis, (state = { summaries: new PerFile(analysis.project.follows), open: new Set() }));
  const key = `${ref.file}:${ref.fn}`;
  const known = state.summaries.get(ref.file, ref.fn);
  if (known || state.open.has(key) || state.open.size > DEEPEST_CALLS) return known ?? [];
  const fact = analysis.values.fact(ref);
  if (!fact || fact.bodiless || fact.generator) return [];
  state.open.add(key);
  const all = state.summaries.within(ref.file, ref.fn, () => findStatements(analysis, ref));
  state.open.delete(key);
  // A group of functions that call each other is complete only where it was entered.
  if (state.open.size === 0 || all.length > 0) state.summaries.set(ref.file, ref.fn, all);
  return all;
}

function findStatements(analysis: Analysis, ref: FnRef): Statement[] {
  const found = new Map<string, Statement>();
  const inReach = (root: Root): boolean => {
    if (root.k !== 'param') return root.k !== 'connection' || root.of.length > 0;
    if (root.file !== ref.file) return false;
    for (let fn = ref.fn; fn >= 0; fn = analysis.project.facts(ref.file)!.functions[fn]!.parent) if (fn === root.fn) return true;
    return false;
  };
  eachStatement(analysis, ref, (statement) => {
    if (!inReach(statement.root) || found.size >= MOST) return;
    const id = [rootKey(statement.root), ...[statement.without, statement.withAll].map((params) => params.map(paramKey).join()), statement.when?.map(conditionKey).join() ?? ''].join('|');
    const before = found.get(id);
    const better = before && (statement.certain !== before.certain ? statement.certain : statement.steps.length < before.steps.length);
    if (!before || better) found.set(id, statement);
  });
  return [...found.values()];
}

/**
 * @param put Gets each statement with the call (or await) of the function that it belongs to, and the function itself:
 *   a closure that the function runs is looked at in place.
 */
export function eachStatement(
  analysis: Analysis,
  ref: FnRef,
  put: (statement: Statement, at: { ref: FnRef; temp: Temp }) => void,
  wanted: (temp: Temp) => boolean = () => true,
  certain = true,
  depth = 0,
): void {
  const fact = analysis.values.fact(ref);
  if (!fact || depth > DEEPEST) return;
  const awaits = analysis.awaits(ref);
  const waitedFor = withPassedOn(analysis, ref, awaits.calls);
  const guards = guardsOf(analysis, ref, fact);
  let conditions: ReturnType<typeof conditionsOf> | undefined;
  fact.blocks.forEach((block, b) => {
    const guard = guards.get(b);
    if (!guard) return;
    const emit = (statement: Statement, temp: Temp): void => {
      conditions ??= conditionsOf(analysis.project.facts(ref.file)!, ref);
      const when = [...(statement.when ?? []), ...(conditions[b] ?? [])];
      const { when: _, ...rest } = statement;
      put(
        {
          ...rest, certain: statement.certain && certain, without: [...statement.without, ...guard.absent], withAll: [...statement.withAll, ...guard.given],
          ...(when.length > 0 && { when }),
        },
        { ref, temp },
      );
    };
    for (let temp = block.from; temp < block.to; temp++) {
      const i = fact.code[temp]!;
      if (!wanted(temp)) continue;
      if (i.op === 'await') {
        for (const one of builtBefore(analysis, ref, i.value)) emit(one, temp);
        continue;
      }
      if (i.op !== 'call') continue;
      const waited = waitedFor.has(temp) || awaits.mapped.has(temp);
      const weigh = (one: Statement): Statement => (one.certain && (!waited || isKeptForAll(analysis, ref, fact, temp)) ? { ...one, certain: false } : one);
      for (const one of direct(analysis, ref, temp, i, waited)) emit(weigh(one), temp);
      const outcome = analysis.outcome(ref, temp);
      // `(trx ?? models)('users')`: what is called may be what was passed in.
      const isPassed = fact.code[i.fn]!.op === 'get' && analysis.values.of(ref, i.fn).some((ty) => ty.k === 'param');
      for (const target of isPassed ? [] : outcome.targets) {
        for (const one of called(analysis, ref, i, target, outcome.step)) emit(weigh(one), temp);
      }
      for (const invocation of outcome.invokes) {
        const literal = literalOf(analysis, ref, invocation);
        if (literal) {
          const whole = waited && (invocation.awaited || awaits.mapped.has(temp));
          if (!waited && !invocation.now) continue;
          eachStatement(analysis, literal, put, undefined, certain && invocation.certain && whole, depth + 1);
        } else if (waited && invocation.arg !== undefined) {
          for (const ty of invocation.value) {
            if (ty.k !== 'fn') continue;
            for (const one of statementsOf(analysis, ty)) {
              if (one.root.k !== 'fixed' || one.without.length + one.withAll.length > 0) continue;
              emit({ ...one, certain: one.certain && invocation.certain, steps: wayThrough(outcome.step, one.steps) }, temp);
            }
          }
        }
      }
    }
  });
}

/**
 * `this.loads.set(day, (promise = db.transaction(…)))`: what everybody who needs it waits for can be in nobody's
 * transaction.
 */
function isKeptForAll(analysis: Analysis, ref: FnRef, fact: FunctionFact, temp: Temp): boolean {
  const facts = analysis.project.facts(ref.file)!;
  const same = new Set([temp]);
  const vars = new Set<number>();
  for (let round = 0; round < 3; round++) {
    for (const [at, i] of fact.code.entries()) {
      if (i.op === 'set' && same.has(i.value)) vars.add(i.v);
      else if (i.op === 'get' && vars.has(i.v)) same.add(at);
      else if (i.op === 'call') {
        const callee = fact.code[i.fn];
        if (callee?.op === 'member' && same.has(callee.obj) && continuesPromise(callee.name)) same.add(at);
      }
    }
  }
  const isShared = (obj: Temp): boolean => /^(?:this|module|closure)$/.test(analysis.places.of(ref, obj).root);
  return fact.code.some((i) => {
    if (i.op === 'set') return same.has(i.value) && facts.vars[i.v]!.owner !== ref.fn;
    if (i.op === 'setmember' || i.op === 'setindex') return same.has(i.value) && isShared(i.obj);
    const callee = i.op === 'call' ? fact.code[i.fn] : undefined;
    return i.op === 'call' && callee?.op === 'member' && callee.name === 'set' && i.args[1] !== undefined && same.has(i.args[1]) && isShared(callee.obj);
  });
}

export function literalOf(analysis: Analysis, ref: FnRef, invocation: Invocation): FnRef | undefined {
  if (invocation.arg === undefined) return undefined;
  const i = analysis.values.fact(ref)!.code[invocation.arg];
  return i?.op === 'fn' ? { file: ref.file, fn: i.fn } : undefined;
}

// --- one call

function direct(analysis: Analysis, ref: FnRef, temp: Temp, i: InstructionOf<'call'>, waited: boolean): Statement[] {
  if (i.new) return [];
  const { values, knowledge, places } = analysis;
  for (const ty of values.of(ref, i.fn)) {
    let model: PackageModel | undefined;
    let path = '';
    if (ty.k === 'external') {
      model = knowledge.models.package(ty.package);
      path = ty.path;
    } else if (ty.k === 'fn') {
      model = knowledge.modelOfFile(ty.file);
      if (!model?.handles) continue;
      const fact = values.fact(ty);
      path = fact?.cls === undefined ? (fact?.name ?? '') : `${analysis.project.facts(ty.file)!.classes[fact.cls]!.name}${fact.static ? '.' : '#'}${fact.name}`;
    }
    if (!model?.handles) continue;
    const does = lookupMember(model, path);
    if (!does.some(sends)) continue;
    const lazy = does.some((one) => one.does === 'storage' && one.chain);
    if (lazy && !waited) return [];
    const name = places.name(ref, i.fn);
    if (model.handles.aside?.includes(name)) return [];
    return sent(analysis, ref, temp, i, model, name).map((one) => (waited || lazy ? one : { ...one, certain: false }));
  }
  return assumed(analysis, ref, temp, i, waited);
}

/** A statement through a handle that is only known by what it begins. */
function assumed(analysis: Analysis, ref: FnRef, temp: Temp, i: InstructionOf<'call'>, waited: boolean): Statement[] {
  const names: string[] = [];
  let at = analysis.values.instruction({ ...ref, temp: i.fn });
  let obj: Temp | undefined;
  while (at?.op === 'member' && names.length < 4) {
    names.unshift(at.name);
    obj = at.obj;
    const handle = handlesOf(analysis).handleOf(ref, obj);
    if (handle) {
      const path = `${handle.path}${names.join('.')}`;
      return waited && lookupMember(handle.model, path).some(sends) ? sent(analysis, ref, temp, i, handle.model, names.at(-1)!) : [];
    }
    at = analysis.values.instruction({ ...ref, temp: obj });
  }
  return [];
}

const sends = (does: Does): boolean =>
  does.does === 'storage' || ((does.does === 'section' || does.does === 'acquire') && does.kind === 'transaction');

function sent(analysis: Analysis, ref: FnRef, temp: Temp, i: InstructionOf<'call'>, model: PackageModel, name: string): Statement[] {
  const handles = handlesOf(analysis);
  const chain = handles.chain(ref, i.fn, i);
  if (!chain || boundLater(analysis, ref, temp, model)) return [];
  const { handle } = chain;
  const step: Step = { label: analysis.places.text(ref, i.fn).replace(/\(…?\)/g, ''), file: ref.file, s: i.s, e: i.e };
  const text = analysis.places.text(chain.ref, chain.temp);
  const make = (origins: Origins, more: Partial<Statement> = {}): Statement[] =>
    (origins ?? []).map(({ root, without }) => ({ root, handle, text, without, withAll: [], steps: [step], certain: true, ...(chain.built && { built: true as const }), ...more }));
  const originsOf = (at: { ref: FnRef; temp: Temp }): Origins => {
    const origins = handles.origins(at.ref, at.temp);
    const { through } = chain;
    const isInner = through && at.ref.file === through.target.file && at.ref.fn === through.target.fn;
    return origins && isInner ? handles.substituted(origins, through.ref, through.call, through.target) : origins;
  };
  if (chain.bound) return make(originsOf(chain.bound), { text: analysis.places.text(chain.bound.ref, chain.bound.temp), bound: true });
  const forked = handles.isCarried(handle);
  const own = (): Origins => {
    const origins = originsOf(chain);
    return forked ? origins?.filter(({ root }) => root.k === 'connection') : origins;
  };
  const asked = chain.asked ?? { ref, call: i, name };
  const isHere = asked.ref.file === ref.file && asked.ref.fn === ref.fn;
  const argument = argumentOf(analysis, model, asked);
  if (argument !== undefined) {
    const given = asked.call.args[argument];
    if (given !== undefined) return make(originsOf({ ref: asked.ref, temp: given }), { text: analysis.places.text(asked.ref, given) });
    const param: ParamPath = { file: asked.ref.file, fn: -1, index: argument, path: [] };
    return make(own(), { omitted: asked.name, ...(isHere && { missing: { param, call: asked.call } }) });
  }
  const option = model.handles?.option;
  const transactional = analysis.values.of(ref, i.fn).some((ty) => ty.k === 'external' && lookupMember(model, ty.path).some((one) => one.does === 'section' || one.does === 'acquire'));
  if (!option || transactional) return make(own());
  const index = option.at && Object.hasOwn(option.at, asked.name) ? option.at[asked.name]! : option.otherwise;
  const param: ParamPath = { file: asked.ref.file, fn: -1, index, path: [option.property] };
  const given = handles.given(param, asked.ref, asked.call);
  if (given === 'given' || given === 'unknown') return [];
  if (given === 'absent') return make(own(), { omitted: asked.name, ...(isHere && { missing: { param, call: asked.call } }) });
  return make(own()?.map((one): Origin => ({ ...one, without: [...one.without, given] })), { omitted: asked.name });
}

/** Which argument of the call that a chain begins with is the handle: `User.query(trx).where(…)`. */
function argumentOf(analysis: Analysis, model: PackageModel, { ref, call }: { ref: FnRef; call: InstructionOf<'call'> }): number | undefined {
  const takers = Object.entries(model.handles?.argument ?? {});
  if (takers.length === 0) return undefined;
  const callee = analysis.values.of(ref, call.fn);
  return takers.find(([taker]) => callee.some((ty) => ty.k === 'external' && isMember(model, ty.path, [taker])))?.[1];
}

/** `const query = db('a').insert(v); if (trx) query.transacting(trx);` */
function boundLater(analysis: Analysis, ref: FnRef, temp: Temp, model: PackageModel): boolean {
  const binds = model.handles?.binds;
  if (!binds) return false;
  const { functions } = analysis.project.facts(ref.file)!;
  const kept = functions[ref.fn]!.code.flatMap((i) => (i.op === 'set' && i.value === temp ? [i.v] : []));
  return kept.length > 0 && functions.some((fact) => fact.code.some((i) => {
    const holder = i.op === 'member' && binds.includes(i.name) ? fact.code[i.obj] : undefined;
    return holder?.op === 'get' && kept.includes(holder.v);
  }));
}

/** `await query`, where the query was built outside of this function and is sent by the await. */
function builtBefore(analysis: Analysis, ref: FnRef, value: Temp): Statement[] {
  const { values, project } = analysis;
  const i = values.instruction({ ...ref, temp: value });
  if (i?.op !== 'get' || project.facts(ref.file)!.vars[i.v]!.owner === ref.fn) return [];
  const handles = handlesOf(analysis);
  const chain = handles.chain(ref, value);
  if (!chain?.built || handles.isCarried(chain.handle)) return [];
  const lazy = values.of(ref, value).length === 0 || values.of(ref, value).some((ty) => {
    const model = ty.k === 'external' ? analysis.knowledge.models.package(ty.package) : undefined;
    return ty.k === 'external' && model && ty.path.endsWith('()') && lookupMember(model, ty.path.slice(0, -2)).some((one) => one.does === 'storage' && one.chain);
  });
  if (!lazy || values.of(ref, value).length === 0) return [];
  const step: Step = { label: analysis.places.text(ref, value), file: ref.file, s: i.s, e: i.e };
  const text = analysis.places.text(chain.ref, chain.temp);
  return (handles.origins(chain.ref, chain.temp) ?? []).map(({ root, without }) => ({ root, handle: chain.handle, text, without, withAll: [], steps: [step], built: true, certain: true }));
}

/** What a callee sends, as this call makes it do. */
function called(analysis: Analysis, ref: FnRef, i: InstructionOf<'call'>, target: FnRef, step: Step): Statement[] {
  const handles = handlesOf(analysis);
  const all: Statement[] = [];
  for (const one of statementsOf(analysis, target)) {
    const without = handles.conditions(one.without, ref, i, target);
    const withAll = required(analysis, one.withAll, ref, i, target);
    const when = left(analysis, one.when ?? [], ref, i, target);
    if (!without || !withAll || !when) continue;
    const { missing: _missing, when: _when, ...inner } = one;
    const omitted = one.omitted ?? (one.without.length > without.length ? step.label : undefined);
    const missing = one.omitted === undefined ? one.without.find((param) => param.fn === target.fn && param.file === target.file && handles.given(param, ref, i) === 'absent') : undefined;
    for (const { root, without: more } of handles.substituted([{ root: one.root, without: [] }], ref, i, target) ?? []) {
      all.push({ ...inner, root, without: [...without, ...more], withAll, ...(when.length > 0 && { when }), steps: wayThrough(step, one.steps), ...(omitted !== undefined && { omitted }), ...(missing && { missing: { param: missing, call: i } }) });
    }
  }
  return all;
}

/** What is left of the conditions on a callee's parameters; undefined where this call cannot meet one of them. */
function left(analysis: Analysis, conditions: readonly Condition[], ref: FnRef, i: InstructionOf<'call'>, target: FnRef): Condition[] | undefined {
  const rest: Condition[] = [];
  for (const condition of conditions) {
    const { index, path, file, fn } = condition.param;
    if (fn !== target.fn || file !== target.file) continue;
    const met = conditionFor(condition, index >= (i.spread ?? Infinity) ? undefined : passedBy(analysis.project.facts(ref.file)!, ref, i.args[index], path));
    if (met === 'never') return undefined;
    if (met) rest.push(met);
  }
  return rest;
}

/** What has to be given, as the caller names it; undefined where something of it is absent (or may be). */
function required(analysis: Analysis, params: readonly ParamPath[], ref: FnRef, i: InstructionOf<'call'>, target: FnRef): ParamPath[] | undefined {
  const rest: ParamPath[] = [];
  for (const param of params) {
    if (param.fn !== target.fn || param.file !== target.file) {
      rest.push(param);
      continue;
    }
    const state = handlesOf(analysis).given(param, ref, i);
    if (state === 'given') continue;
    if (typeof state === 'string') return undefined;
    rest.push(state);
  }
  return rest;
}

// --- branches on whether a parameter was given

function guardsOf(analysis: Analysis, ref: FnRef, fact: FunctionFact): ReadonlyMap<BlockIndex, Guard> {
  const guards = new Map<BlockIndex, Guard>([[0, { given: [], absent: [] }]]);
  const pending: BlockIndex[] = [0];
  const merge = (to: BlockIndex, guard: Guard): void => {
    const known = guards.get(to);
    if (!known) {
      guards.set(to, guard);
      pending.push(to);
      return;
    }
    const both = (a: readonly ParamPath[], b: readonly ParamPath[]): ParamPath[] => a.filter((p) => b.some((q) => paramKey(p) === paramKey(q)));
    const merged = { given: both(known.given, guard.given), absent: both(known.absent, guard.absent) };
    if (merged.given.length < known.given.length || merged.absent.length < known.absent.length) {
      guards.set(to, merged);
      pending.push(to);
    }
  };
  const begin = ref.fn === 0 ? undefined : fact.params.some((param) => param.optional || param.type);
  for (let steps = 0; pending.length > 0 && steps < 5_000; steps++) {
    const b = pending.pop()!;
    const { end, handler } = fact.blocks[b]!;
    const guard = guards.get(b)!;
    if (handler !== undefined) merge(handler, guard);
    if (end.k === 'branch' && begin !== undefined) {
      const tested = testOf(analysis, ref, end.on);
      if (tested) {
        const given = { ...guard, given: [...guard.given, tested.param] };
        const absent = { ...guard, absent: [...guard.absent, tested.param] };
        merge(end.yes, tested.yes ? given : absent);
        merge(end.no, tested.yes ? absent : given);
        continue;
      }
    }
    for (const next of successors(fact, b, false)) merge(next, guard);
  }
  return guards;
}

/** The parameter (or member of one) whose presence a condition tests, and which branch has it. */
function testOf(analysis: Analysis, ref: FnRef, on: Temp): { param: ParamPath; yes: boolean } | undefined {
  const i = analysis.values.instruction({ ...ref, temp: on });
  switch (i?.op) {
    case 'unary': {
      if (i.sign !== '!') return undefined;
      const inner = testOf(analysis, ref, i.arg);
      return inner && { ...inner, yes: !inner.yes };
    }
    case 'binary': {
      const other = analysis.values.instruction({ ...ref, temp: i.right });
      const isNothing = other?.op === 'undefined' || (other?.op === 'const' && other.value === null) || (other?.op === 'global' && other.name === 'undefined');
      if (!isNothing || !/^[!=]==?$/.test(i.sign)) return undefined;
      const inner = testOf(analysis, ref, i.left);
      return inner && { ...inner, yes: i.sign.startsWith('!') };
    }
    case 'get':
    case 'member': {
      if (isPlain(analysis.values.of(ref, on)) || !isPassed(analysis, ref, on, 0)) return undefined;
      const origins = handlesOf(analysis).origins(ref, on);
      const root = origins?.length === 1 ? origins[0]!.root : undefined;
      return root?.k === 'param' ? { param: { file: root.file, fn: root.fn, index: root.index, path: root.path }, yes: true } : undefined;
    }
    default:
      return undefined;
  }
}

/** What was passed in itself, under whatever name, and not what a call of it gave. */
function isPassed(analysis: Analysis, ref: FnRef, temp: Temp, depth: number): boolean {
  const i = analysis.values.instruction({ ...ref, temp });
  const isOne = (part: Temp): boolean => depth < 8 && isPassed(analysis, ref, part, depth + 1);
  switch (i?.op) {
    case 'param':
    case 'const':
    case 'undefined':
    case 'object':
      return true;
    case 'get':
      return writesOf(analysis.project.facts(ref.file)!, i.v).every((write) => depth < 8 && isPassed(analysis, { file: ref.file, fn: write.fn }, write.value, depth + 1));
    case 'member':
      return isOne(i.obj);
    case 'nonnull':
    case 'cast':
      return isOne(i.value);
    case 'join':
      return i.of.every(isOne);
    default:
      return false;
  }
}

/** Declared as data: neither a handle nor anything that may have one. */
function isPlain(value: Value): boolean {
  const declared = value.filter((ty) => ty.k !== 'param');
  return declared.length > 0 && declared.every((ty) => ty.k === 'primitive' || ty.k === 'constant' || ty.k === 'text' || (ty.k === 'box' && ty.of !== 'Promise' && ty.args.every(isPlain)));
}
