import { TelemetryService } from './TelemetryService.js';

// Create a singleton instance for easy access throughout the application
let _telemetryServiceInstance: TelemetryService | null = null;

export async function getTelemetryService(): Promise<TelemetryService> {
  if (!_telemetryServiceInstance) {
    _telemetryServiceInstance = await TelemetryService.create();
  }
  return _telemetryServiceInstance;
}

export function resetTelemetryService(): void {
  _telemetryServiceInstance = null;
}

export const telemetryService = new Proxy({} as TelemetryService, {
  get(_target, prop) {
    return async (...args: unknown[]) => {
      const service: TelemetryService = await getTelemetryService();
      const method = Reflect.get(service, prop, service) as (...args: unknown[]) => unknown;
      return method.apply(service, args);
    };
  },
});
