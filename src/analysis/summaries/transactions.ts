/**
 * What goes past an open transaction: statements that are sent, while it is open, through another handle on the same
 * database. A transaction is open in a callback that gets its handle, or between a call that begins it and its end.
 */
import { lookupMember } from '../../models/index.js';
import type { FunctionFact, InstructionOf, Temp } from '../facts/ir.js';
import type { Analysis } from './analysis.js';
import type { LockRef, ParamPath, Step } from './effect.js';
import { flowOf } from './flow.js';
import { handlesOf, rootKey, type Handle, type Handles, type Origin, type Root } from './handles.js';
import { isTransactionsLock } from './sql.js';
import { eachStatement, literalOf, statementsOf, type Statement } from './statements.js';
import { mayTake } from './takers.js';
import type { FnRef } from './values.js';

export interface Bypass {
  readonly statement: Statement;
  /** The transaction, as it is held. */
  readonly lock: LockRef;
  /** The name of the transaction's handle, where it has one. */
  readonly given?: string;
  /** What is sent there can be sent through the transaction's handle in the same words. */
  readonly alike: boolean;
  /** The call in the transaction. */
  readonly s: number;
  readonly e: number;
  readonly certain: boolean;
}

/** A place where a transaction begins: on what, and which handle that is. */
interface Begin {
  readonly roots: readonly Origin[];
  readonly handle: Handle | undefined;
}

interface Transaction {
  readonly lock: LockRef;
  readonly begins: readonly Begin[];
  readonly certain: boolean;
  readonly given?: string;
  /** Functions whose parameters are the transaction's own, or are not known. */
  readonly callback?: FnRef;
  /** Of a transaction that is begun by hand: what it is begun on, and what the call gave. */
  readonly own: ReadonlySet<string>;
}

/** In the order of the text. */
export function bypassesIn(analysis: Analysis, file: string): Bypass[] {
  const facts = analysis.project.facts(file);
  if (!facts) return [];
  const found = new Map<string, Bypass>();
  const collector = new Collector(analysis, (bypass) => {
    const key = `${bypass.s}:${bypass.e}`;
    const known = found.get(key);
    if (!known || (bypass.certain && !known.certain)) found.set(key, bypass);
  });
  facts.functions.forEach((fact, fn) => {
    if (fact.bodiless || !mayTake(analysis, { file, fn })) return;
    collector.check({ file, fn }, fact);
  });
  const all = [...found.values()].sort((a, b) => a.s - b.s || b.e - a.e);
  // One report for a call, and not another one for what stands in it.
  return all.filter((one) => !all.some((outer) => outer !== one && outer.certain >= one.certain && outer.s <= one.s && outer.e >= one.e && outer.statement.steps.length <= one.statement.steps.length && outer.e - outer.s > one.e - one.s && outer.s === one.s));
}

class Collector {
  readonly #handles: Handles;

  constructor(
    readonly analysis: Analysis,
    readonly report: (bypass: Bypass) => void,
  ) {
    this.#handles = handlesOf(analysis);
  }

  check(ref: FnRef, fact: FunctionFact): void {
    const { analysis } = this;
    fact.code.forEach((i, temp) => {
      if (i.op !== 'call') return;
      for (const invocation of analysis.outcome(ref, temp).invokes) {
        const lock = invocation.locks.find((one) => one.kind === 'transaction');
        if (!lock) continue;
        const begins = this.#begins(ref, temp, i, 0);
        const literal = literalOf(analysis, ref, invocation);
        const run = literal ?? invocation.value.find((ty) => ty.k === 'fn');
        const base = { lock, begins, certain: lock.certain && invocation.certain && !(run && this.#isForItsLock(ref, temp, run)), own: new Set<string>() };
        if (literal) {
          const first = analysis.values.fact(literal)!.params[0]?.v;
          const given = first === undefined ? undefined : analysis.project.facts(ref.file)!.vars[first]!.name;
          const transaction: Transaction = { ...base, callback: literal, ...(given !== undefined && { given }) };
          eachStatement(analysis, literal, (statement, at) => this.#judge(transaction, statement, at));
          continue;
        }
        for (const ty of invocation.value) {
          if (ty.k !== 'fn' || invocation.arg === undefined) continue;
          const transaction: Transaction = { ...base, callback: ty };
          const label = analysis.places.name(ref, invocation.arg);
          const arg = fact.code[invocation.arg]!;
          const step: Step = { label, file: ref.file, s: arg.s, e: arg.e };
          for (const one of statementsOf(analysis, ty)) {
            if (one.root.k === 'fixed') this.#judge(transaction, { ...one, steps: [step, ...one.steps] }, { ref, temp: invocation.arg });
          }
        }
      }
    });
    this.#byHand(ref, fact);
  }

  /** A function of the project begins it to hold an advisory lock, for work that does not want the handle. */
  #isForItsLock(ref: FnRef, call: Temp, run: FnRef): boolean {
    const { values } = this.analysis;
    if ((values.fact(run)?.params.length ?? 0) > 0) return false;
    return this.analysis.outcome(ref, call).targets.some((target) =>
      (values.fact(target)?.code ?? []).some((i) => i.op === 'call' && i.args[0] !== undefined && isTransactionsLock(values, target, i.args[0])),
    );
  }

  /** Between BEGIN and COMMIT, or as long as the handle that was given is not ended. */
  #byHand(ref: FnRef, fact: FunctionFact): void {
    const { analysis } = this;
    const opens = fact.code.some((i, temp) => i.op === 'call' && analysis.outcome(ref, temp).acquires.some((one) => one.lock.kind === 'transaction'));
    const flow = opens ? flowOf(analysis, ref, []) : undefined;
    flow?.held.forEach((held, bit) => {
      if (held.lock.kind !== 'transaction' || held.at === undefined) return;
      const call = fact.code[held.at] as InstructionOf<'call'>;
      const begins = this.#begins(ref, held.at, call, 0);
      const own = new Set<string>();
      for (const { root } of this.#handles.origins(ref, held.at) ?? []) own.add(rootKey(root));
      const receiver = fact.code[call.fn];
      if (held.gives === 'nothing') {
        if (receiver?.op === 'member') for (const { root } of this.#handles.origins(ref, receiver.obj) ?? []) own.add(rootKey(root));
        for (const { roots } of begins) for (const { root } of roots) own.add(rootKey(root));
      }
      const given = held.gives === 'nothing' && receiver?.op === 'member' ? analysis.places.text(ref, receiver.obj) : undefined;
      const transaction: Transaction = { lock: held.lock, begins, certain: held.lock.certain && !held.maybe, own, ...(given !== undefined && { given }) };
      eachStatement(analysis, ref, (statement, at) => this.#judge(transaction, statement, at), (temp) => temp !== held.at && (flow.before(temp) & (1 << bit)) !== 0);
    });
  }

  /** On what a call begins a transaction, itself or in what it calls. */
  #begins(ref: FnRef, temp: Temp, i: InstructionOf<'call'>, depth: number): Begin[] {
    const { analysis } = this;
    const outcome = analysis.outcome(ref, temp);
    const opens = outcome.acquires.some((one) => one.lock.kind === 'transaction') || outcome.invokes.some((one) => one.locks.some((lock) => lock.kind === 'transaction'));
    if (!opens || depth > 4) return [];
    if (outcome.targets.length === 0) {
      const chain = this.#handles.chain(ref, i.fn);
      if (chain) return [{ roots: this.#handles.origins(chain.ref, chain.temp) ?? [], handle: chain.handle }];
      const callee = analysis.values.instruction({ ...ref, temp: i.fn });
      const roots = callee?.op === 'member' ? this.#handles.origins(ref, callee.obj) : undefined;
      return [{ roots: roots ?? [], handle: undefined }];
    }
    const all: Begin[] = [];
    const visit = (target: FnRef, inner: FnRef, seen: number): void => {
      const fact = analysis.values.fact(inner);
      fact?.code.forEach((j, at) => {
        if (j.op === 'fn' && seen < 4) visit(target, { file: inner.file, fn: j.fn }, seen + 1);
        if (j.op !== 'call') return;
        for (const begin of this.#begins(inner, at, j, depth + 1)) {
          all.push({ ...begin, roots: this.#handles.substituted(begin.roots, ref, i, target) ?? [] });
        }
      });
    };
    for (const target of outcome.targets) visit(target, target, 0);
    return all;
  }

  #judge(transaction: Transaction, statement: Statement, at: { ref: FnRef; temp: Temp }): void {
    // What the function around the callback was given (an option, a list) may or may not be there.
    if (statement.without.length > 0 || statement.withAll.some((param) => !this.#isAround(transaction, param))) return;
    if (statement.handle.transaction) return;
    const { root } = statement;
    if (this.#isOwn(transaction, root) || transaction.begins.some((begin) => isOfItself(begin, statement))) return;
    // What it was begun on, by whatever way it came here, needs no further look at what it is.
    const isSame = (begin: Begin): boolean => begin.handle === undefined && begin.roots.some((one) => rootKey(one.root) === rootKey(root));
    const begun = transaction.begins.filter((begin) => begin.handle?.package === statement.handle.package || isSame(begin));
    if (begun.length === 0) return;
    // A transaction in a transaction: its handle is one itself.
    if (begun.some((begin) => begin.handle?.transaction)) return;
    let same = false as boolean;
    let likely = false as boolean;
    for (const begin of begun) {
      const verdict = this.#sameDatabase(begin, statement);
      if (verdict === 'same') same = true;
      else if (verdict === 'likely') likely = true;
    }
    if (!same && !likely) return;
    const i = this.analysis.values.instruction({ ...at.ref, temp: at.temp })!;
    const { lock, given, certain } = transaction;
    const alike = begun.some((begin) => takesTheSame(begin, lock, statement));
    this.report({ statement, lock, alike, s: i.s, e: i.e, certain: certain && same && statement.certain, ...(given !== undefined && { given }) });
  }

  /** The handle is the transaction's, or comes into it by a way that nobody can follow. */
  #isOwn(transaction: Transaction, root: Root): boolean {
    if (transaction.own.has(rootKey(root))) return true;
    if (root.k === 'made') return true;
    if (root.k === 'connection') return transaction.own.size === 0 && root.of.length === 0;
    if (root.k !== 'param') return false;
    if (!transaction.callback) return false;
    // A parameter of a function around the callback is what was there before.
    const { file } = transaction.callback;
    return root.file !== file || !this.#isAround(transaction, root);
  }

  /** A parameter of a function around the transaction's callback. */
  #isAround({ callback }: Transaction, param: ParamPath): boolean {
    if (!callback || param.file !== callback.file) return false;
    const { functions } = this.analysis.project.facts(callback.file)!;
    for (let outer = functions[callback.fn]!.parent; outer >= 0; outer = functions[outer]!.parent) if (outer === param.fn) return true;
    return false;
  }

  #sameDatabase(begin: Begin, statement: Statement): 'same' | 'likely' | 'other' {
    const begun = basesOf(begin.roots.map(({ root }) => root));
    const used = basesOf([statement.root]);
    if (begun.length === 0 || used.length === 0) return 'likely';
    if (used.some((one) => begun.some((two) => rootKey(one) === rootKey(two) || isOf(one, two)))) return 'same';
    const clients = this.#handles.clientsOf(statement.handle);
    // Two fields of one class, or two variables of modules, that are the same kind of handle are two databases.
    const alike = begin.handle?.path === statement.handle.path;
    for (const one of used) {
      for (const two of begun) {
        if (!alike) continue;
        if (one.k === 'fixed' && two.k === 'fixed' && !one.id.startsWith('D') && !two.id.startsWith('D')) return 'other';
        if (one.k === 'field' && two.k === 'field' && one.cls === two.cls && one.file === two.file) return 'other';
        if (one.k === 'param' && two.k === 'param' && one.fn === two.fn && one.file === two.file) return 'other';
      }
    }
    if (this.#isOwnClass(used, begun)) return 'same';
    return clients <= 1 ? 'same' : 'likely';
  }

  /** Both are of one class of the project, of which whoever hands objects out has one. */
  #isOwnClass(used: readonly Root[], begun: readonly Root[]): boolean {
    const classOf = (root: Root): string | undefined => {
      if (root.k !== 'field') return undefined;
      let value = this.analysis.values.member([{ k: 'instance', file: root.file, cls: root.cls }], root.path[0] ?? '');
      for (const name of root.path.slice(1)) value = this.analysis.values.member(value, name);
      const instance = value.find((ty) => ty.k === 'instance');
      return instance?.k === 'instance' ? `${instance.file}#${instance.cls}` : undefined;
    };
    const classes = begun.map(classOf);
    return used.some((root) => {
      const own = classOf(root);
      return own !== undefined && classes.includes(own);
    });
  }
}

/** The statement is sent on what the transaction was begun on: a session, or a connection that has no other. */
function isOfItself({ roots, handle }: Begin, { root, bound }: Statement): boolean {
  const isConnection = root.k === 'connection' && handle?.handles.carried !== true;
  return (bound === true || isConnection) && roots.some((one) => rootKey(one.root) === rootKey(root));
}

/** It goes through what the transaction was begun on, or through the pool that the transaction's connection was taken from. */
function takesTheSame({ roots, handle }: Begin, lock: LockRef, { text, root, steps, built, handle: used }: Statement): boolean {
  if (steps.length > 1 || built) return false;
  const opens = handle ? Object.entries(handle.model.members).filter(([path]) => path.startsWith(handle.path)).flatMap(([, does]) => does) : [];
  if (opens.some((one) => one.does === 'section' && one.handleIs === used.path) && roots.some((one) => rootKey(one.root) === rootKey(root))) return true;
  if (lock.place.text === text || lock.place.text === `${text}.transaction()`) return true;
  const [method = ''] = steps[0]!.label.slice(text.length + 1).split('.');
  const taken = roots.some((one) => one.root.k === 'connection' && one.root.of.some((from) => rootKey(from.root) === rootKey(root)));
  return taken && handle !== undefined && lookupMember(handle.model, handle.path + method).some(({ does }) => does === 'storage');
}

/** A record of a model that an object holds. */
const isOf = (one: Root, holder: Root): boolean =>
  one.k === 'field' && holder.k === 'field' && one.cls === holder.cls && one.file === holder.file && holder.path.every((name, at) => one.path[at] === name);

/** What connections were taken from, at last. */
function basesOf(roots: readonly Root[], depth = 0): readonly Root[] {
  return roots.flatMap((root) => {
    if (root.k !== 'connection' || depth > 4) return [root];
    const inner = basesOf(root.of.map((one) => one.root), depth + 1);
    return root.of.length > 0 ? [root, ...inner] : [root];
  });
}
