export interface ITelemetryProvider { log(event: string, properties?: object): void; dispose(): Promise<void> }
export declare const TelemetryProviderFactory: { createProviders(): Promise<ITelemetryProvider[]> };

export class TelemetryService {
  public static async create(): Promise<TelemetryService> {
    const providers = await TelemetryProviderFactory.createProviders();
    return new TelemetryService(providers);
  }

  constructor(private providers: ITelemetryProvider[]) {
    this.capture('telemetry.started');
  }

  capture(event: string, properties?: object): void {
    for (const provider of this.providers) provider.log(event, properties);
  }
}
