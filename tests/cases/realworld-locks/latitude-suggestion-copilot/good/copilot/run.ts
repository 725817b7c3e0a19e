import { Result } from '../lib/Result';

export interface Copilot { path: string; gateway: string }

async function runDocumentAtCommit(copilot: Copilot, parameters: Record<string, unknown>) {
  const response = await fetch(`${copilot.gateway}/documents/run`, {
    method: 'POST',
    body: JSON.stringify({ path: copilot.path, parameters }),
  });
  return response.json();
}

export async function runCopilot({ copilot, parameters = {} }: { copilot: Copilot; parameters?: Record<string, unknown> }) {
  const response = await runDocumentAtCommit(copilot, parameters);
  if (response?.streamType !== 'object') {
    return Result.error(new Error('Copilot response is not an object'));
  }

  return Result.ok(response.object as { prompt: string; summary: string });
}
