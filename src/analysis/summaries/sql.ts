/** Statements that begin and end transactions, or take and give back advisory locks, in the text of a query. */
import type { Temp } from '../facts/ir.js';
import type { FnRef, Values } from './values.js';

export type SqlRole = 'begin' | 'end' | 'lock' | 'try lock' | 'unlock';

/** The whole text, so that the body of a trigger (`… BEGIN … END`) is none. */
const BEGIN = /^(?:BEGIN(?: (?:TRANSACTION|WORK|TRAN|IMMEDIATE|DEFERRED|EXCLUSIVE|CONCURRENT|ISOLATION|READ)\b[^;]*)?|START TRANSACTION\b[^;]*) ?;?$/i;
const END = /^(?:COMMIT|ROLLBACK|END|ABORT)(?: (?:TRANSACTION|WORK|TRAN|AND (?:NO )?CHAIN))* ?;?$/i;
/** A transaction's own advisory lock ends with it and is no lock to give back. */
const TRY_LOCK = /\bpg_try_advisory_lock(?:_shared)?\s*\(/i;
const LOCK = /\b(?:pg_advisory_lock(?:_shared)?|GET_LOCK)\s*\(/i;
const UNLOCK = /\b(?:pg_advisory_unlock(?:_shared|_all)?|RELEASE_LOCK|RELEASE_ALL_LOCKS)\s*\(/i;

/** @param query The first argument of a call: a string, a tagged template, or an object with `text` or `sql`. */
export function sqlOf(values: Values, ref: FnRef, query: Temp): SqlRole | undefined {
  const text = textOf(values, ref, query, 0)?.trim().replace(/\s+/g, ' ');
  if (text === undefined) return undefined;
  if (BEGIN.test(text)) return 'begin';
  if (END.test(text)) return 'end';
  if (TRY_LOCK.test(text)) return 'try lock';
  if (LOCK.test(text)) return 'lock';
  return UNLOCK.test(text) ? 'unlock' : undefined;
}

/** Whether a statement takes an advisory lock that the transaction holds to its end. */
export const isTransactionsLock = (values: Values, ref: FnRef, query: Temp): boolean => /\bpg_(?:try_)?advisory_xact_lock/i.test(textOf(values, ref, query, 0) ?? '');

/** Whether a statement commits: where what was written is checked at last, and may be refused. */
export const isCommit = (values: Values, ref: FnRef, query: Temp): boolean => /^\s*COMMIT\b/i.test(textOf(values, ref, query, 0) ?? '');

function textOf(values: Values, ref: FnRef, temp: Temp, depth: number): string | undefined {
  const i = values.instruction({ ...ref, temp });
  if (!i || depth > 4) return undefined;
  switch (i.op) {
    case 'const':
      return typeof i.value === 'string' ? i.value : undefined;
    case 'template':
      return i.parts.join('?');
    case 'object': {
      const text = i.props.find((p) => p.name === 'text' || p.name === 'sql');
      return text ? textOf(values, ref, text.value, depth + 1) : undefined;
    }
    case 'call': {
      // sql`SELECT …` passed on.
      const first = i.args[0];
      const text = first === undefined ? undefined : values.instruction({ ...ref, temp: first })?.op;
      // Without anything in it, the template is a plain text.
      const isTagged = text === 'template' || (text === 'const' && i.args.length === 1 && values.of(ref, i.fn).some((ty) => ty.k === 'external' && /(?:^|\.)sql$/.test(ty.path)));
      return isTagged ? textOf(values, ref, first!, depth + 1) : undefined;
    }
    case 'get': {
      const ty = values.of(ref, temp)[0];
      return ty?.k === 'constant' && typeof ty.value === 'string' ? ty.value : undefined;
    }
    default:
      return undefined;
  }
}
