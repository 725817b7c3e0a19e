export interface CommanderCommand {
  description(text: string): void;
  aliases(names: string[]): void;
  option(flags: string, ...args: any[]): void;
  on(event: string, listener: () => void): void;
}
export interface CLIClient { cli: { command(cmd: string): CommanderCommand } }
