import { config } from './config.js';

export async function download(path: string, lastFirst: boolean): Promise<Response> {
  const own = { ...config, path };
  const mirrors = lastFirst ? [...own.mirrors].reverse() : own.mirrors;
  for (const mirror of mirrors) {
    const answer = await fetch(`${mirror}/${own.path}`);
    if (answer.ok) return answer;
  }
  throw new Error(`no mirror has ${path}`);
}
