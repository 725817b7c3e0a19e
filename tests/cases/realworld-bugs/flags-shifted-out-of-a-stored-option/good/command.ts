import type { CLIClient } from './cli.js';

export class Command {
  private name = '';
  private descriptionText = '';
  private aliases: string[] = [];
  private options: any[][] = [];
  private helpText = '';
  private client?: CLIClient;

  constructor(private cmd: string) {
    this.name = cmd.split(' ')[0] || '';
  }

  description(t: string): Command {
    this.descriptionText = t;
    return this;
  }

  alias(alias: string): Command {
    this.aliases.push(alias);
    return this;
  }

  option(...args: any[]): Command {
    this.options.push(args);
    return this;
  }

  withForce(message?: string): Command {
    this.options.push(['-f, --force', message || 'automatically accept all interactive prompts']);
    return this;
  }

  help(t: string): Command {
    this.helpText = t;
    return this;
  }

  register(client: CLIClient): void {
    this.client = client;
    const program = client.cli;
    const cmd = program.command(this.cmd);
    if (this.descriptionText) {
      cmd.description(this.descriptionText);
    }
    if (this.aliases) {
      cmd.aliases(this.aliases);
    }
    this.options.forEach(([flags, ...args]) => {
      cmd.option(flags, ...args);
    });

    if (this.helpText) {
      cmd.on('--help', () => {
        console.log(this.helpText, this.name, this.client);
      });
    }
  }
}
