/**
 * Methods of the language's own objects, and of every host's, by their names: what they do, whoever has them. For calls of
 * which nothing else is known; a method of the project with such a name is looked into before its name is asked.
 */

/** Gives a promise for what comes after another. */
export const continuesPromise = (method: string): boolean => /^(?:then|catch|finally)$/.test(method);

/** Puts what it is passed into a collection. */
export const putsIntoCollection = (method: string): boolean => /^(?:push|unshift|add|set)$/.test(method);

export const changesCollection = (method: string): boolean => /^(?:set|add|delete|clear|push|pop|shift|unshift|splice)$/.test(method);

/** Has an emitter or a target of events call what it is passed whenever something happens. */
export const addsListener = (method: string): boolean => /^(?:on|once|(?:add|prepend(?:Once)?)(?:Event)?Listener)$/.test(method);

/** Has the host call what it is passed, once or again and again, after what runs now. */
export const setsTimer = (name: string): boolean => /^(?:set(?:Timeout|Interval|Immediate)|request(?:AnimationFrame|IdleCallback))$/.test(name);

/** Keeps a function to be called later, by others. */
export const callsLater = (name: string): boolean => addsListener(name) || setsTimer(name);

/** Calls what it is passed for each of many, or whenever something happens. */
export const callsOften = (name: string): boolean =>
  callsLater(name) || /^(?:off|each\w*|forEach|map|filter|some|every|reduce|watch|watchFile|subscribe|listen|use)$/.test(name);

/** What a callback calls its first parameter that is told either of a failure or of a result. */
export const namesFailure = (parameter: string): boolean => /^_?(?:e|err|error|exception|failure)$/i.test(parameter);

/** The object whose members are the globals. */
export const isGlobalObject = (name: string): boolean => /^(?:globalThis|window|self|global)$/.test(name);
