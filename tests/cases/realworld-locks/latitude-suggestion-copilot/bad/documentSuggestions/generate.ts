import { eq } from 'drizzle-orm';

import { database } from '../client';
import { runCopilot, type Copilot } from '../copilot/run';
import { Result } from '../lib/Result';
import Transaction from '../lib/Transaction';
import { documentSuggestions, evaluationResultsV2 } from '../schema';

interface DocumentVersion { documentUuid: string; content: string }
interface Workspace { id: number }

async function checkSuggestionLimits({ document }: { document: DocumentVersion }, db = database) {
  const rows = await db.select().from(documentSuggestions).where(eq(documentSuggestions.documentUuid, document.documentUuid));
  if (rows.length >= 10) {
    return Result.error(new Error('Maximum suggestions reached for this evaluation'));
  }

  return Result.nil();
}

export async function generateDocumentSuggestion(
  { document, copilot, workspace }: { document: DocumentVersion; copilot: Copilot; workspace: Workspace },
  transaction = new Transaction(),
) {
  return transaction.call(async (tx) => {
    const limits = await checkSuggestionLimits({ document }, tx);
    if (limits.error) return limits;

    const results = await tx.select().from(evaluationResultsV2).where(eq(evaluationResultsV2.documentUuid, document.documentUuid));
    if (!results.length) {
      return Result.error(new Error('Not enough evaluation results found'));
    }

    const result = await runCopilot({
      copilot: copilot,
      parameters: {
        prompt: document.content,
        results: results,
      },
    }).then((r) => r.unwrap());

    const suggestion = await tx
      .insert(documentSuggestions)
      .values({
        workspaceId: workspace.id,
        documentUuid: document.documentUuid,
        newPrompt: result.prompt,
        summary: result.summary,
      })
      .returning()
      .then((r) => r[0]!);

    await tx
      .update(evaluationResultsV2)
      .set({ usedForSuggestion: true })
      .where(eq(evaluationResultsV2.documentUuid, document.documentUuid));

    return Result.ok({ suggestion });
  });
}
