/** The ESLint language server that editors run, over stdio, and as much of an editor as it takes to talk to it. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const SERVER = path.join(path.dirname(require.resolve('vscode-langservers-extracted/package.json')), 'bin/vscode-eslint-language-server');

interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export interface Diagnostic {
  readonly range: Range;
  readonly message: string;
  readonly code: string;
  readonly codeDescription?: { readonly href: string };
}

export interface TextEdit {
  readonly range: Range;
  readonly newText: string;
}

export interface CodeAction {
  readonly title: string;
  readonly kind: string;
  readonly command?: { readonly command: string; readonly arguments: readonly unknown[] };
}

interface WorkspaceEdit {
  readonly changes?: Readonly<Record<string, readonly TextEdit[]>>;
  readonly documentChanges?: readonly { readonly edits: readonly TextEdit[] }[];
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** As an extension passes them on. */
const settingsFor = (folder: string): object => ({
  validate: 'on',
  packageManager: 'npm',
  useESLintClass: true,
  useFlatConfig: true,
  experimental: {},
  codeAction: { disableRuleComment: { enable: true, location: 'separateLine' }, showDocumentation: { enable: true } },
  codeActionOnSave: { mode: 'all' },
  format: false,
  quiet: false,
  onIgnoredFiles: 'off',
  options: {},
  rulesCustomizations: [],
  run: 'onType',
  problems: { shortenToSingleLine: false },
  nodePath: null,
  workspaceFolder: { name: 'project', uri: pathToFileURL(folder).href },
});

export class Editor {
  readonly #server: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly #versions = new Map<string, number>();
  readonly #applied: WorkspaceEdit[] = [];
  #buffer = Buffer.alloc(0);
  #last = 0;
  #stderr = '';

  constructor(readonly folder: string) {
    this.#server = spawn(process.execPath, [SERVER, '--stdio'], { cwd: folder });
    this.#server.stdout.on('data', (data: Buffer) => this.#take(data));
    this.#server.stderr.on('data', (data: Buffer) => (this.#stderr += data.toString()));
    this.#server.on('exit', () => {
      for (const answer of this.#waiting.values()) answer({ error: { message: `the server has gone: ${this.#stderr}` } });
    });
  }

  async start(): Promise<void> {
    await this.#ask('initialize', {
      processId: process.pid,
      rootUri: this.#uri(''),
      capabilities: {
        workspace: { configuration: true, applyEdit: true, workspaceEdit: { documentChanges: true }, diagnostics: { refreshSupport: true } },
        textDocument: { diagnostic: {}, codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix'] } } } },
      },
      workspaceFolders: [{ name: 'project', uri: this.#uri('') }],
    });
    this.#send({ method: 'initialized', params: {} });
  }

  open(file: string, text: string): void {
    this.#versions.set(file, 1);
    const languageId = /\.[cm]?tsx?$/.test(file) ? 'typescript' : 'javascript';
    this.#send({ method: 'textDocument/didOpen', params: { textDocument: { uri: this.#uri(file), languageId, version: 1, text } } });
  }

  /** Typed, not saved. */
  edit(file: string, text: string): void {
    const version = this.#versions.get(file)! + 1;
    this.#versions.set(file, version);
    this.#send({ method: 'textDocument/didChange', params: { textDocument: { uri: this.#uri(file), version }, contentChanges: [{ text }] } });
  }

  async diagnostics(file: string): Promise<readonly Diagnostic[]> {
    const { items } = (await this.#ask('textDocument/diagnostic', { textDocument: { uri: this.#uri(file) } })) as { items: Diagnostic[] };
    return items;
  }

  async actions(file: string, diagnostic: Diagnostic): Promise<readonly CodeAction[]> {
    const params = { textDocument: { uri: this.#uri(file) }, range: diagnostic.range, context: { diagnostics: [diagnostic] } };
    return (await this.#ask('textDocument/codeAction', params)) as CodeAction[];
  }

  /** Takes a quick fix, and gives the edits that the server asks for. */
  async fix(action: CodeAction): Promise<readonly TextEdit[]> {
    this.#applied.length = 0;
    await this.#ask('workspace/executeCommand', action.command);
    return this.#applied.flatMap(({ changes = {}, documentChanges = [] }) => [...Object.values(changes), ...documentChanges.map(({ edits }) => edits)].flat());
  }

  async stop(): Promise<void> {
    await this.#ask('shutdown', null);
    const ended = new Promise((resolve) => this.#server.on('close', resolve));
    this.#send({ method: 'exit' });
    await ended;
  }

  #uri(file: string): string {
    return pathToFileURL(path.join(this.folder, file)).href;
  }

  #ask(method: string, params: unknown): Promise<unknown> {
    const id = (this.#last += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) => (error ? reject(new Error(`${method}: ${error.message}`)) : resolve(result)));
      this.#send({ id, method, params });
    });
  }

  #send(message: Message): void {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.#server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  #take(data: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, data]);
    for (;;) {
      const head = this.#buffer.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/i.exec(this.#buffer.subarray(0, Math.max(0, head)).toString())?.[1]);
      if (head < 0 || this.#buffer.length < head + 4 + length) return;
      const text = this.#buffer.subarray(head + 4, head + 4 + length).toString();
      this.#buffer = this.#buffer.subarray(head + 4 + length);
      this.#receive(JSON.parse(text) as Message);
    }
  }

  #receive(message: Message): void {
    const { id, method, params } = message;
    if (method === undefined) {
      const answer = this.#waiting.get(id!);
      this.#waiting.delete(id!);
      answer?.(message);
    } else if (id !== undefined) this.#send({ id, result: this.#answer(method, params) });
  }

  /** What the server asks of an editor. */
  #answer(method: string, params: unknown): unknown {
    if (method === 'workspace/configuration') return (params as { items: unknown[] }).items.map(() => settingsFor(this.folder));
    if (method === 'workspace/applyEdit') {
      this.#applied.push((params as { edit: WorkspaceEdit }).edit);
      return { applied: true };
    }
    return null;
  }
}
