import { beacon } from './beacon.js';

export async function warn(code: Promise<string>): Promise<boolean> {
  if (beacon === null) return false;
  const text = await code;
  await beacon.flash(text);
  return true;
}
