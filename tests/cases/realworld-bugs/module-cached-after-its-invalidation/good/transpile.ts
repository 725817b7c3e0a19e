export interface Adapter { openFile(path: string): Promise<string | undefined>; write(path: string, contents: string): Promise<void> }
export async function transpileJS(source: string, name: string): Promise<string> {
  const { transform } = await import('./babel.js');
  return transform(source, { filename: name });
}
