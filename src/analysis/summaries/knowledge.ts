/** What the models say about values: the one place where the analysis meets the tables. */
import { lookupMember, resultPath, type Does, type Models, type PackageModel } from '../../models/index.js';
import type { ExternalKnowledge, Ty } from './values.js';

export class Knowledge implements ExternalKnowledge {
  constructor(
    readonly models: Models,
    /** The project's root, for models of the user's own files. */
    readonly root: string,
  ) {}

  /** What calling (or constructing) a value of a package, or a global, does. */
  does(ty: Extract<Ty, { k: 'external' | 'global' }>, isNew: boolean): readonly Does[] {
    const how = isNew ? 'new' : 'call';
    if (ty.k === 'global') return this.models.global(ty.path, how);
    const model = this.models.package(ty.package);
    return model ? lookupMember(model, ty.path, how) : [];
  }

  /** A user's model of a file of the project. */
  modelOfFile(file: string): PackageModel | undefined {
    return this.models.file(file.startsWith(`${this.root}/`) ? file.slice(this.root.length + 1) : file);
  }

  /** What a user's model says of an export (or a member of one) of a file of the project. */
  doesOwn(file: string, path: string, isNew = false): readonly Does[] {
    const model = this.modelOfFile(file);
    return model ? lookupMember(model, path, isNew ? 'new' : 'call') : [];
  }

  readonly hasModelOf = (packageName: string): boolean => this.models.package(packageName) !== undefined;

  readonly resultPath = (packageName: string, path: string): string | undefined => {
    const model = this.models.package(packageName);
    // Of a package that nothing is known about, the path alone is kept: a user's rule of names may still fit.
    if (!model) return path.length < 120 ? `${path}()` : undefined;
    return resultPath(model, path);
  };

  readonly generated = (name: string): string | undefined => this.models.generated(name);

  readonly wraps = (packageName: string, path: string): number | undefined => this.#nothing(packageName, path, 'wraps');

  readonly keyOfLock = (packageName: string, path: string): number | undefined => this.#nothing(packageName, path, 'key');

  #nothing(packageName: string, path: string, what: 'wraps' | 'key'): number | undefined {
    const model = this.models.package(packageName);
    const known = model && lookupMember(model, path).find((does) => does.does === 'nothing' && does[what] !== undefined);
    return known?.does === 'nothing' ? known[what] : undefined;
  }

  readonly handlePath = (packageName: string, path: string, argument: number, parameter: number): string | undefined => {
    const model = this.models.package(packageName);
    if (!model) return undefined;
    for (const does of lookupMember(model, path)) {
      if (does.does !== 'section' || does.handle !== parameter) continue;
      if (does.callback !== 'last' && does.callback !== argument) continue;
      return does.handleIs ?? `${path.slice(0, path.lastIndexOf('#') + 1) || path}`;
    }
    return undefined;
  };
}
