export interface Runtime { execute(plan: string): Promise<unknown[]>; close(): Promise<void> }
export interface Driver { connect(binding: string): Promise<void>; close(): Promise<void> }
export interface StackInstance { driver: Driver | undefined }

export interface PostgresOptions {
  url: string;
  verify?: { mode: 'onFirstUse' | 'always' };
  instantiate(): StackInstance;
  createRuntime(options: { driver: Driver; verify: { mode: string } }): Runtime;
}

export default function postgres(options: PostgresOptions) {
  const binding = options.url;
  let runtimePromise: Promise<Runtime> | undefined;

  return {
    async runtime(): Promise<Runtime> {
      if (runtimePromise) {
        return runtimePromise;
      }

      runtimePromise = (async () => {
        const stackInstance = options.instantiate();
        const driver = stackInstance.driver;
        if (driver === undefined) {
          throw new Error('Relational runtime requires a driver descriptor on the execution stack');
        }

        await driver.connect(binding);

        return options.createRuntime({
          driver,
          verify: options.verify ?? { mode: 'onFirstUse' },
        });
      })();

      runtimePromise.catch(() => {
        runtimePromise = undefined;
      });

      return runtimePromise;
    },
  };
}
