/** Who implements an interface and who extends a class, anywhere in the project. */
import { Answers } from '../freshness/grounds.js';
import type { Project } from '../project/project.js';
import type { Hierarchy, Values } from './values.js';

interface Declared {
  readonly file: string;
  readonly cls: number;
}

/** More implementers than this say nothing about a call. */
const MOST = 8;

export class ProjectHierarchy implements Hierarchy {
  /** Classes by the last name in what they implement or extend. */
  readonly #named: Answers<string, readonly Declared[]>;
  readonly #implementers: Answers<string, readonly Declared[]>;
  readonly #subclasses: Answers<string, readonly Declared[]>;

  /**
   * @param heirs The files whose text has a class that implements or extends something of this name; test doubles are
   *   not what production code calls and are left out.
   */
  constructor(
    readonly project: Project,
    readonly values: () => Values,
    readonly heirs: (name: string) => readonly string[],
  ) {
    this.#named = new Answers(project.follows);
    this.#implementers = new Answers(project.follows);
    this.#subclasses = new Answers(project.follows);
  }

  #candidates(name: string): readonly Declared[] {
    return this.#named.get(name) ?? this.#named.within(name, () => this.#findCandidates(name));
  }

  #findCandidates(name: string): readonly Declared[] {
    const found: Declared[] = [];
    for (const file of this.heirs(name)) {
      const facts = this.project.facts(file);
      facts?.classes.forEach((fact, cls) => {
        const i = fact.super !== undefined ? facts.functions[fact.owner]!.code[fact.super] : undefined;
        const base = i?.op === 'get' ? facts.vars[i.v]!.name : i?.op === 'member' ? i.name : undefined;
        const isIt = (one: string | undefined): boolean => one === name || (one !== undefined && facts.imports.some((i) => i.name === name && facts.vars[i.v]!.name === one));
        if (isIt(base) || fact.implements.some((type) => type.k === 'ref' && isIt(type.name.at(-1)))) found.push({ file, cls });
      });
    }
    this.#named.set(name, found);
    return found;
  }

  implementers(file: string, type: number): readonly Declared[] {
    const key = `${file}\0${type}`;
    const known = this.#implementers.get(key);
    if (known) return known;
    this.#implementers.set(key, []);
    return this.#implementers.within(key, () => this.#findImplementers(key, file, type));
  }

  #findImplementers(key: string, file: string, type: number): readonly Declared[] {
    const fact = this.project.facts(file)?.types[type];
    const found: Declared[] = [];
    for (const candidate of fact ? this.#candidates(fact.name) : []) {
      const cls = this.project.facts(candidate.file)!.classes[candidate.cls]!;
      const fits = cls.implements.some((written) =>
        this.values()
          .fromType(candidate.file, written, undefined)
          .some((ty) => ty.k === 'interface' && ty.file === file && ty.type === type),
      );
      if (fits) {
        found.push(candidate);
        found.push(...this.subclasses(candidate.file, candidate.cls));
      }
    }
    const answer = found.length > MOST ? [] : found;
    this.#implementers.set(key, answer);
    return answer;
  }

  subclasses(file: string, cls: number): readonly Declared[] {
    const key = `${file}\0${cls}`;
    const known = this.#subclasses.get(key);
    if (known) return known;
    this.#subclasses.set(key, []);
    return this.#subclasses.within(key, () => this.#findSubclasses(key, file, cls));
  }

  #findSubclasses(key: string, file: string, cls: number): readonly Declared[] {
    const fact = this.project.facts(file)?.classes[cls];
    const found: Declared[] = [];
    for (const candidate of fact ? this.#candidates(fact.name) : []) {
      const fits = this.values()
        .superclass(candidate.file, candidate.cls)
        .some((ty) => ty.k === 'class' && ty.file === file && ty.cls === cls);
      if (fits) found.push(candidate, ...this.subclasses(candidate.file, candidate.cls));
    }
    const answer = found.length > MOST ? [] : found;
    this.#subclasses.set(key, answer);
    return answer;
  }
}
