import { beacon } from './beacon.js';

export async function warn(code: Promise<string>): Promise<boolean> {
  const text = await code;
  if (beacon === null) return false;
  await beacon.flash(text);
  return true;
}
