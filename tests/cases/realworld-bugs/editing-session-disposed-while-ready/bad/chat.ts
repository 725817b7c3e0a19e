import { chatEditingSessionIsReady } from './chatEditingService.js';
import type { IChatModel } from './chatModel.js';

export interface IChatSessionStats { fileCount: number; added: number; removed: number }

export async function awaitStatsForSession(model: IChatModel): Promise<IChatSessionStats | undefined> {
  if (!model.editingSession) {
    return undefined;
  }

  await chatEditingSessionIsReady(model.editingSession);

  const diffs = model.editingSession.entries.get();
  const result = diffs.reduce((acc, diff) => {
    acc.fileUris.add(diff.originalURI);
    acc.added += diff.linesAdded?.get() ?? 0;
    acc.removed += diff.linesRemoved?.get() ?? 0;
    return acc;
  }, { fileUris: new Set<string>(), added: 0, removed: 0 });

  if (result.fileUris.size > 0) {
    return { fileCount: result.fileUris.size, added: result.added, removed: result.removed };
  }
  return undefined;
}
