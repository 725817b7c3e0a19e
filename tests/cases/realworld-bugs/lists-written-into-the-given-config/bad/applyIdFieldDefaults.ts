import type { KeystoneConfig, ListConfig } from './types.js';

/* Validate lists config and default the id field */
export function applyIdFieldDefaults(config: KeystoneConfig): KeystoneConfig['lists'] {
  const lists: Record<string, ListConfig> = {};
  for (const [key, list] of Object.entries(config.lists)) {
    if (list.fields.id) {
      throw new Error(`A field with the \`id\` path is defined in the fields object on the "${key}" list. This is not allowed.`);
    }
    lists[key] = { ...list, fields: { id: { type: 'autoincrement' }, ...list.fields } };
  }
  return lists;
}
