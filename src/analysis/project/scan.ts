/**
 * The cheap look at every file's text that comes before any parsing: whether there may be a lock in it, and which
 * names its classes implement or extend.
 */

/**
 * Words without which nobody takes a lock at first hand: names of locks and of what takes them, transactions, serial
 * queues, and the shapes of home-grown locks. Too many matches cost time, too few cost findings. Code that takes a lock
 * through a function of the project is found by that function's name.
 */
const LOCK_WORDS = new RegExp(
  [
    // Called, asked for a member, or set; the package of that name. Not `block` or `clock`, an icon, or prose.
    '(?:(?:^|[^bcBC])lock|Lock)[\\w$]{0,40}(?:[([]|[?!]?\\.[#\\w$]|<[^<>\\n]{0,80}>\\(|\\s?=[^=>]|[\'"]|\\??:\\s?(?:Promise|true))',
    '[mM]utex|[sS]emaphore|\\bSema\\b|[aA]cquire\\w{0,40}[(<]|\\.acquire\\b|[eE]xclusive\\w{0,40}[(<\'"]|[rR]edlock',
    '[tT]ransaction\\w{0,40}\\s?[(<]|[tT]ransactional|\\.(?:begin|tx|txIf)\\(',
    '[\'"`]\\s*(?:begin|BEGIN|start transaction|START TRANSACTION)\\b|GET_LOCK',
    // What is checked out, and busy flags.
    '\\.(?:connect|reserve|getConnection)\\(\\)|createQueryRunner|startSession',
    '=\\s*true(?=\\s?(?:;|$))(?<=(?:[bB]usy|[rR]unning|[pP]rocessing|[iI]nProgress|[lL]oading|[sS]yncing|[iI]ndexing|[fF]lushing|[wW]orking)\\w{0,40}\\s*=\\s*true)',
    '=\\s*true(?=\\s?(?:;|$))(?<=\\wing_?\\s*=\\s*true)',
    '\\bp-limit|pLimit|limitAsync|limitFunction|\\bp-queue|\\b[pP]Queue|[qQ]ueue\\.add\\(|AsyncQueue|concurrency:\\s*1\\b',
    // A promise chain, a gate, a busy flag, a list of waiters.
    '=\\s*[\\w.#]+\\s*\\.(?:then|catch|finally)\\(|=\\s*new Promise|withResolvers|while\\s*\\([^()\\n]*\\)\\s*(?:\\{\\s*)?await',
    // An entry that is there while a lock is held.
    'while\\s*\\([\\w.#]+\\.has\\(|if\\s*\\([\\w.#]+\\.has\\([^()\\n]*\\)\\)\\s*(?:\\{\\s*)?throw',
    // The promise of work, kept for all who need it.
    '(?:\\?\\?|\\|\\|)=\\s*[\\w.#]+\\(|=\\s*Promise\\s*\\.resolve\\(\\)\\s*\\.then|await\\s+this\\.[#\\w]+\\s*[;,)\\n]',
    '\\?\\s*:\\s*Promise<|^(?:export\\s+)?(?:let|const)\\s+\\w+\\s*:\\s*Promise<|Promise<[^\\n;=(){}<]*(?:<[^\\n;=(){}<]*){0,3}>\\s*\\|\\s*(?:undefined|null)\\s*[;=]',
    'asyncDispose|[wW]aiters|\\.(?:push|add|set)\\((?:[^,()\\n]*,\\s*)?(?:resolve|res|r|done)\\b',
  ].join('|'),
  'm',
);

/** Words without which no two tasks can meet at a shared reference: a place to give way, and something that outlives a call. */
const WAITS = /\bawait\b|\.then\(/;
const OUTLIVES = /\bthis\.|^(?:export )?(?:let|var)\s|=\s*new (?:Weak)?Map\b|\bexport const\s|^[ \t]+(?:let|var)\s|(?:\.[^\s.()=;,]+|\w\[[^[\]\n]+\]) (?:\?\?|\|\||&&|[-+*/|&])?= |= [\w.]+\.[#$\w]+;/m;

/** Nothing is put where something was: the one who needs it may wait in another file. */
const RESETS = /[\w$\])]\s*\.\s*#?[\w$]+\s*=\s*(?:null|undefined)\b|^[ \t]+(?!(?:let|var|const)\b)[\w$]+\s*=\s*(?:null|undefined)\b/m;

/** Configuration: modules of it, and fields that hold some; writing into an object, or comparing with one. */
const CONFIG_MODULE = /['"](?:[^'"\n]*[/.-])?(?:config|configuration|settings|env|environment|convict|nconf|dotenv)(?:\.[cm]?[jt]sx?|\/index(?:\.[cm]?[jt]s)?)?['"]/i;
const CONFIG_FIELD = /\bthis\.#?\w*(?:[cC]onfig(?:uration)?|[sS]ettings|[oO]ptions)\b|\}\s*=\s*this\b/;
const WRITES_INTO = new RegExp(
  [
    '[\\w$\\])!]\\s*(?:\\.\\s*#?[\\w$]+|\\[[^[\\]\\n]*\\])\\s*(?:[-+*/|&?%^]{0,3}=[^=>]|\\+\\+|--)|\\bdelete\\s|(?:\\+\\+|--)[\\w$]',
    '\\b(?:assign|set|merge|mergeWith|defaults|defaultsDeep|unset)\\(|\\]\\s*=\\s|\\}\\s*=\\s',
    '\\.(?:push|unshift|pop|shift|splice|sort|reverse|clear|add|delete|fill|copyWithin)\\(',
  ].join('|'),
);
const COMPARES = /[!=]==?[^=>]/;
/** What a function gives is kept in a field, or compared: it may have it from configuration. */
const ASKS = /\bthis\.[#\w$]+\s*=\s*[\w$.]+\(\)|[!=]==?\s*[\w$.]+\(\)|[\w$]\(\)\s*[!=]==?/;

/** Specifiers of imports and re-exports. */
const IMPORT = /(?:\bfrom\s*|\bimport\s*|\brequire\(\s*|\bimport\(\s*)['"]([^'"\n]+)['"]/g;
const REEXPORT = /\bexport\s+(?:type\s+)?(?:\*|\{[^{}]*\})(?:\s+as\s+\w+)?\s+from\s*['"]([^'"\n]+)['"]/g;

const HEIR =
  /\b(?:implements|extends)\s+([\p{ID_Continue}$.]+(?:<[^{>]{0,200}>+)?(?:\s*,\s*[\p{ID_Continue}$.]+(?:<[^{>]{0,200}>+)?)*)/gu;

/** Files whose classes stand in for the real ones, and those that run by themselves: scripts, examples, measurements. */
const TEST_FILE = /(?:^|\/)(?:__tests__|__mocks__|(?:[\w.]+-)?(?:tests?|testing|harness)|specs?|e2e|fixtures?|mocks?|scripts|examples?|bench(?:marks?)?|playgrounds?|demos?)\/|(?:^|\/)test-?(?:utils?|helpers?|clients?|servers?|harness)\b|\.(?:test|spec|stub|mock|fixture)s?\.[cm]?[jt]sx?$/;

export const mayLock = (text: string): boolean => LOCK_WORDS.test(text);

export const mayRace = (text: string): boolean => (WAITS.test(text) && OUTLIVES.test(text)) || RESETS.test(text);

/** What a caller has given, or the defaults of a module: written into by their name, or sorted where a part of it is. */
const GIVEN = new RegExp(
  [
    '(?:[cC]onfig(?:uration)?|[sS]ettings|[oO]ptions)[!?]?\\.[#\\w$.]{1,80}\\s{0,8}(?:\\?\\?|\\|\\|)?=[^=>]',
    '\\b(?:[dD]efaults?|DEFAULTS?|default[A-Z]\\w*|DEFAULT_\\w+)(?:\\.\\w|\\[|,)',
    // A part of them, or something new; a constant, or something new.
    '(?:[cC]onfig(?:uration)?|[sS]ettings|[oO]ptions)[!?]?\\.\\w{1,80}\\s{0,8}(?:\\?\\?|\\|\\|)\\s{0,8}\\{',
    '\\?\\s{0,80}[A-Z][A-Z\\d_]{2,80}\\s{0,80}:\\s{0,80}[[{]|[\\]}]\\s{0,80}:\\s{0,80}[A-Z][A-Z\\d_]{2}',
  ].join('|'),
);
/** A copy of them, and a write two steps below something. */
const SPREADS = /\.\.\.\(?[#\w$.]{0,80}(?:[cC]onfig(?:uration)?|[sS]ettings|[oO]ptions)\b/;
const WRITES_BELOW = /\w[!?]?\.[#\w$]{1,80}[!?]?\.[#\w$]{1,80}\s{0,8}(?:\?\?|\|\|)?=[^=>]/;
const SORTS = /\.(?:sort|reverse)\(/;
const OF_CONFIG = /(?:[cC]onfig(?:uration)?|[sS]ettings|[oO]ptions)[!?]?\.\w/;

export const mayConfigure = (text: string): boolean =>
  (CONFIG_MODULE.test(text) ? WRITES_INTO.test(text) || COMPARES.test(text) : (CONFIG_FIELD.test(text) && WRITES_INTO.test(text)) || ASKS.test(text)) ||
  GIVEN.test(text) ||
  (SPREADS.test(text) && WRITES_BELOW.test(text)) ||
  (SORTS.test(text) && OF_CONFIG.test(text));

export const isTestFile = (file: string): boolean => TEST_FILE.test(file);

const copies = new Map<string, string>();

/** The same string without the text that it was cut out of: a piece of a text keeps all of it in memory. */
export function cut(piece: string): string {
  let copy = copies.get(piece);
  if (copy === undefined) {
    copy = Buffer.from(piece).toString();
    copies.set(copy, copy);
  }
  return copy;
}

/** Whether the text uses something by one of the names: as a word of its own, not as a key and not where it is declared. */
export function usesWord(text: string, names: ReadonlySet<string>): boolean {
  // Cutting words out of a text costs more than reading it: only those with the first letter and the length of a name.
  const lengths = new Uint32Array(256);
  for (const name of names) lengths[name.charCodeAt(0) & 255]! |= 1 << (name.length & 31);
  const end = text.length;
  for (let at = 0; at < end; at++) {
    const first = text.charCodeAt(at);
    if (first < 128 && IN_WORD[first] === 0) continue;
    const start = at;
    do at++;
    while (at < end && isInWord(text.charCodeAt(at)));
    if ((lengths[first & 255]! & (1 << ((at - start) & 31))) !== 0 && names.has(text.slice(start, at)) && isUse(text, start, at)) return true;
  }
  return false;
}

/** `name: …`, `name="…"`, `const name = …`, `function name` and `'name'` are no uses. */
function isUse(text: string, start: number, end: number): boolean {
  let after = end;
  while (text.charCodeAt(after) === SPACE) after += 1;
  const next = text[after];
  if (next === ':' || (next === '=' && !/[=>]/.test(text[after + 1] ?? ''))) return false;
  if (next === QUOTES[text[start - 1] ?? '']) return false;
  return !DECLARING.test(text.slice(Math.max(0, start - 12), start));
}

const SPACE = 32;
const QUOTES: Readonly<Record<string, string>> = { "'": "'", '"': '"' };
const DECLARING = /\bfunction\*?\s+$/;

/** Letters, digits, `_` and `$`. */
const IN_WORD = Uint8Array.from({ length: 128 }, (_, code) => (/[\w$]/.test(String.fromCharCode(code)) ? 1 : 0));

/** Whatever is not ASCII is taken for a letter. */
export const isInWord = (code: number): boolean => code > 127 || IN_WORD[code] === 1;

/** The last names of what classes in the text implement or extend. */
export function heirsIn(text: string): string[] {
  if (!text.includes('implements ') && !text.includes('extends ')) return [];
  const names = new Set<string>();
  for (const match of text.matchAll(HEIR)) {
    for (const part of match[1]!.split(',')) {
      const name = part.split('<', 1)[0]!.trim().split('.').at(-1)!;
      if (name === '') continue;
      names.add(cut(name));
      // `import { Store as AnyStore }`
      const at = text.indexOf(` as ${name}`);
      const [, imported] = at < 0 ? [] : (/([\w$]+)$/.exec(text.slice(Math.max(0, at - 80), at)) ?? []);
      if (imported !== undefined) names.add(cut(imported));
    }
  }
  return [...names];
}

export const importsIn = (text: string): string[] => [...new Set([...text.matchAll(IMPORT)].map((m) => cut(m[1]!)))];

export const reexportsIn = (text: string): string[] => [...new Set([...text.matchAll(REEXPORT)].map((m) => cut(m[1]!)))];
