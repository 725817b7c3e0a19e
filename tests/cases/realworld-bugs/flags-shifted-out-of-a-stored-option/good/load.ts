import { Command } from './command.js';
import type { CLIClient } from './cli.js';

export const deploy = new Command('deploy')
  .description('deploy code and assets to your Firebase project')
  .withForce('delete Cloud Functions missing from the current working directory')
  .option('-p, --public <path>', 'override the Hosting public directory');

export function load(client: CLIClient): void {
  deploy.register(client);
}
