import { TelemetryService } from './TelemetryService.js';

// Create a singleton instance for easy access throughout the application
let _telemetryServiceInstance: TelemetryService | null = null;
let _initializationPromise: Promise<TelemetryService> | null = null;

export async function getTelemetryService(): Promise<TelemetryService> {
  if (_telemetryServiceInstance) {
    return _telemetryServiceInstance;
  }
  if (_initializationPromise) {
    return _initializationPromise;
  }

  _initializationPromise = TelemetryService.create()
    .then((service) => {
      _telemetryServiceInstance = service;
      _initializationPromise = null;
      return service;
    })
    .catch((error) => {
      _initializationPromise = null;
      throw error;
    });

  return _initializationPromise;
}

export function resetTelemetryService(): void {
  _telemetryServiceInstance = null;
  _initializationPromise = null;
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
