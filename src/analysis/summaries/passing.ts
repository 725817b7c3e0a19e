/**
 * Whether a value may hold something that a caller passed, told from the text alone: calls that touch nothing of the
 * kind run nothing of a caller's, and need no look.
 */
import { isLive } from '../freshness/live-facts.js';
import type { FileFacts, FnIndex, FunctionFact, Temp, TypeExpr } from '../facts/ir.js';
import { writesOf } from './uses.js';

/** What has been answered is kept for as long as facts do not change: an answer about a function rests on its file. */
class Passing {
  readonly #known = new WeakMap<FunctionFact, Map<Temp, boolean>>();
  readonly #closures = new WeakMap<FunctionFact, boolean>();

  passes(facts: FileFacts, fn: FnIndex, call: Temp): boolean {
    const i = facts.functions[fn]!.code[call];
    return i?.op === 'call' && (this.#touches(facts, fn, i.fn) || i.args.some((arg) => this.#touches(facts, fn, arg)));
  }

  #touches(facts: FileFacts, fn: FnIndex, temp: Temp): boolean {
    const fact = facts.functions[fn]!;
    let answers = this.#known.get(fact);
    if (!answers) this.#known.set(fact, (answers = new Map()));
    const answered = answers.get(temp);
    if (answered !== undefined) return answered;
    // A value that is made of itself is made of nothing else by this way.
    answers.set(temp, false);
    const answer = this.#touched(facts, fn, temp);
    answers.set(temp, answer);
    return answer;
  }

  #touched(facts: FileFacts, fn: FnIndex, temp: Temp): boolean {
    const fact = facts.functions[fn]!;
    const i = fact.code[temp];
    const any = (temps: readonly Temp[]): boolean => temps.some((t) => this.#touches(facts, fn, t));
    switch (i?.op) {
      case 'param':
        return mayBePassed(fact.params[i.index]?.type);
      case 'get': {
        const variable = facts.vars[i.v]!;
        // What a module keeps was not passed by this call.
        if (variable.import !== undefined || variable.cls !== undefined || variable.owner === 0) return false;
        if (variable.fn !== undefined) return this.#captures(facts, variable.fn);
        return writesOf(facts, i.v).some((write) => this.#touches(facts, write.fn, write.value));
      }
      case 'fn':
        return this.#captures(facts, i.fn);
      case 'member':
      case 'index':
        return this.#touches(facts, fn, i.obj);
      case 'nonnull':
      case 'cast':
      case 'await':
        return this.#touches(facts, fn, i.value);
      case 'iterate':
      case 'rest':
        return this.#touches(facts, fn, i.of);
      case 'join':
        return any(i.of);
      case 'array':
        return any(i.items);
      case 'object':
        return i.props.some((property) => this.#touches(facts, fn, property.value));
      case 'call':
        return this.#touches(facts, fn, i.fn) || any(i.args);
      case 'unknown':
        return true;
      default:
        return false;
    }
  }

  /** Whether a closure uses anything that was passed to a function around it. */
  #captures(facts: FileFacts, fn: FnIndex): boolean {
    const fact = facts.functions[fn]!;
    const answered = this.#closures.get(fact);
    if (answered !== undefined) return answered;
    this.#closures.set(fact, false);
    const answer = fact.code.some((i, temp) => {
      if (i.op === 'get') return facts.vars[i.v]!.owner !== fn && this.#touches(facts, fn, temp);
      return i.op === 'fn' && this.#captures(facts, i.fn);
    });
    this.#closures.set(fact, answer);
    return answer;
  }
}

const all = new Passing();

/** Whether a call passes on or runs something that was passed to the function, or to one around it. */
export const passes = (facts: FileFacts, fn: FnIndex, call: Temp): boolean => (isLive(facts) ? new Passing() : all).passes(facts, fn, call);

/** Plain data runs nothing. */
function mayBePassed(type: TypeExpr | undefined): boolean {
  switch (type?.k) {
    case 'keyword':
      return !/^(?:string|number|boolean|bigint|symbol|void|null|undefined|never)$/.test(type.name);
    case 'literal':
      return false;
    case 'array':
      return mayBePassed(type.of);
    case 'tuple':
    case 'union':
      return type.of.some(mayBePassed);
    default:
      return true;
  }
}
