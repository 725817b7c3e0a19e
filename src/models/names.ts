/**
 * What a name says where nothing else is known of what it is called on: the receiver's type is not written, comes from
 * a package that has no table, or is one of many (every emitter has an `on`). Each list is asked only for the question
 * beside it, where a wrong answer costs a report and not a false alarm.
 */

import { addsListener } from './language.js';

/**
 * Calls after which something goes on by itself: a listener, a timer, a process, a server. Emitters, sockets, servers
 * and child processes of all packages have these names in common, and no type.
 */
export const goesOn = (name: string): boolean => addsListener(name) || /^(?:setInterval|subscribe|spawn|fork|listen)$/.test(name);

/**
 * Functions that give something that is open until it is closed: two of it are one too many, and only one is known. Not
 * what a window opens, which it shows once (`openTextDocument`).
 */
export const OPENS = /^#?_?(?:try|do)?(?:[rR]e)?(?:[cC]onnect|[oO]pen(?!\w*(?:Document|Dialog|Editor|Settings|External)$)|[dD]ial|[lL]aunch|[sS]pawn)(?![a-z])/;

/**
 * Functions that end something: done twice, it is over all the same. What a method of the project ends is seen in
 * what it calls, which ends in a package: a socket's `end`, a server's `close`.
 */
export const ENDS =
  /^(?:close|dispose|destroy|end|terminate|disconnect|release|kill|free|shut|quit|teardown|stop|cancel|abort|leave|detach|unload|unmount|unsubscribe|cleanup|finish|deinit)/i;

/** Methods that say what there is, and change nothing. */
export const LOOKS = /^(?:get|is|has|to|as)[A-Z]|^(?:toString|toJSON|valueOf)$/;

/** Flags that stand for an end, by their whole name; those of the second list also say that something is ready. */
export const OVER = /^[#_]*(?:is|has|was)?_?(?:ended|over|eof|exhausted|closed|stopped|disposed|destroyed|aborted|cancell?ed)$/i;
export const COMPLETE = /^[#_]*(?:is|has|was)?_?(?:done|complete|completed|finished)$/i;

/**
 * Decorators that let one call of a method in at a time, or give all who call it meanwhile the same promise. There is no
 * package that most use for it: projects write their own, in terms of a wrapper that is given the method at run time.
 */
export const LETS_ONE_IN = /gate|single|once|memo|cache|synchron|serial|lock|mutex|exclusive|queue|debounce|throttle|sequential/i;

/** Decorators that catch what a method throws, and tell a log of it. */
export const SWALLOWS = /swallow|suppress|(?:catch|ignore|handle)\w{0,40}(?:error|exception|reject)/i;

/** Functions of the program that only its tests call. */
export const FOR_TESTS = /(?:(?:[fF]or|[iI]n)_?(?:[uU]nit)?_?[tT]est(?:s|ing)?|[tT]est(?:s|ing)?_?[oO]nly)$/;

/**
 * The first steps on a handle itself, such as `client.connect()` and `session.startTransaction()`: where one of them
 * fails there is no connection to give back. Drivers have them in common; only a part of them has a table.
 */
export const FIRST_STEPS = /^(?:connect|startTransaction|beginTransaction|begin|setIsolationLevel)$/;

/**
 * Calls that check out what has a method to give it back. Asked where the function keeps what it was given and calls such
 * a method on it, and nothing is known of either: the two names say it together.
 */
export const CHECKS_OUT = /^(?:get|acquire|obtain|borrow|reserve|check_?[oO]ut)[A-Z]?\w*(?:Lock|Lease|Permit|Connection|Client)$|^(?:acquire|borrow|check[oO]ut)$/;
export const GIVES_LEASE_BACK = /^(?:release|unlock)(?:Lock|Lease|Permit|Connection|Client)?$/;

/** What a releaser that is kept or passed in may be called; of what has another name nothing says that it gives anything back. */
export const MAY_GIVE_BACK = /release|unlock|free|resolve|dispose|done|leave|signal|give|go$|next|close|stop|end$|clean|finish|drop|revert|undo/i;

/** The project's own functions that take a lock and give it back, where what the one gives is passed to the other. */
export const TAKES_LOCK = /^[_#]?(?:try)?_?(?:acquire|obtain|lock)(?![a-z])/i;
export const GIVES_LOCK_BACK = /^[_#]?(?:release|unlock|free)(?![a-z])/i;

/**
 * What ends the program or the page, with all that it has in memory, by the global or the package's object that it is
 * a method of.
 */
export const ENDS_PROGRAM: Readonly<Record<string, readonly string[]>> = {
  process: ['exit', 'abort', 'reallyExit'],
  location: ['reload', 'assign', 'replace'],
  // Electron's.
  app: ['exit', 'quit', 'relaunch'],
};
