import * as fs from 'node:fs/promises';
import type { ArtifactsManager } from './types.js';

export class ArtifactsManagerImplementation implements ArtifactsManager {
  readonly #artifactsPath: string;
  readonly #cache = new Map<string, string>();

  constructor(artifactsPath: string) {
    this.#artifactsPath = artifactsPath;
  }

  async readArtifact(name: string): Promise<object> {
    const cached = this.#cache.get(name) ?? (await fs.readFile(`${this.#artifactsPath}/${name}.json`, 'utf8'));
    return JSON.parse(cached);
  }

  async artifactExists(name: string): Promise<boolean> {
    return this.#cache.has(name);
  }
}
