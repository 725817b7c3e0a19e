import { askOtherTabs } from './tabs.js';

const drafts = new Map<string, string>();

export async function saveDraft(id: string, text: string): Promise<void> {
  await navigator.locks.request('drafts', { mode: 'exclusive' }, save);

  async function save(): Promise<void> {
    if (await askOtherTabs(id)) return;
    drafts.set(id, text);
  }
}
