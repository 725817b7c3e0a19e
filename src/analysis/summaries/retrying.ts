/** Clients that were made to try again, whatever they are asked to do: `axiosRetry(client)`. */
import type { FileFacts, Temp } from '../facts/ir.js';
import type { Analysis } from './analysis.js';
import { declaredIn, memberOf } from './places.js';
import type { FnRef } from './values.js';

/** Whether a value is such a client: it was made one where it is declared. */
export function isMadeRetrying(analysis: Analysis, ref: FnRef, client: Temp): boolean {
  const id = idOf(analysis, ref, client);
  return retryingIn(analysis, declaredIn(id) ?? ref.file).has(id);
}

function retryingIn(analysis: Analysis, file: string): ReadonlySet<string> {
  return analysis.answer('madeRetrying', { file, fn: 0 }, 0, () => {
    const found = new Set<string>();
    const facts = analysis.project.facts(file);
    if (!facts || !importsMaker(analysis, facts)) return found;
    facts.functions.forEach((fact, fn) => {
      const ref = { file, fn };
      for (const i of fact.code) {
        if (i.op !== 'call') continue;
        for (const ty of analysis.values.of(ref, i.fn)) {
          if (ty.k !== 'external') continue;
          for (const does of analysis.knowledge.does(ty, false)) {
            const client = does.does === 'make retrying' ? i.args[does.argument] : undefined;
            if (client !== undefined) found.add(idOf(analysis, ref, client));
          }
        }
      }
    });
    return found;
  });
}

/** Of the files of a project, hardly any does: the others are not looked through. */
const importsMaker = (analysis: Analysis, facts: FileFacts): boolean =>
  facts.imports.some(({ from }) => Object.values(analysis.knowledge.models.package(from)?.members ?? {}).flat().some((one) => one.does === 'make retrying'));

function idOf(analysis: Analysis, ref: FnRef, temp: Temp): string {
  const place = analysis.places.of(ref, temp);
  return memberOf(place) ?? place.id;
}
