/** What else a library has on the object whose method is called. */
import { lookupMember } from '../../models/index.js';
import type { Analysis } from './analysis.js';

/** The section that the library has beside the acquisition, and the call that gives back what it takes. */
export function membersBeside(analysis: Analysis, file: string, fn: number, at: number): { section?: string; release?: string } {
  const ref = { file, fn };
  const call = analysis.values.instruction({ ...ref, temp: at });
  const callee = call?.op === 'call' && call.args.length === 0 ? analysis.values.instruction({ ...ref, temp: call.fn }) : undefined;
  if (call?.op !== 'call' || callee?.op !== 'member') return {};
  for (const ty of analysis.values.of(ref, call.fn)) {
    const model = ty.k === 'external' ? analysis.knowledge.models.package(ty.package) : undefined;
    if (ty.k !== 'external' || !model) continue;
    const [acquire] = lookupMember(model, ty.path).filter((one) => one.does === 'acquire');
    const owner = ty.path.slice(0, ty.path.lastIndexOf('#') + 1);
    if (!acquire || owner === '') continue;
    const names = Object.keys(model.members).filter((path) => path.startsWith(owner) && !path.includes('*')).map((path) => path.slice(owner.length));
    const find = (is: (does: ReturnType<typeof lookupMember>[number]) => boolean): string | undefined => names.find((name) => lookupMember(model, owner + name).some(is));
    const section = find((one) => one.does === 'section' && one.callback === 0 && one.key === undefined && !one.done && !one.wraps);
    const release = find((one) => one.does === 'release' && one.key === undefined && one.lease === undefined);
    return { ...(section !== undefined && { section }), ...(release !== undefined && acquire.gives === 'nothing' && { release: `${analysis.places.text(ref, callee.obj)}.${release}()` }) };
  }
  return {};
}
