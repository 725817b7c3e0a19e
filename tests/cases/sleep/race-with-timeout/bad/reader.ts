import { Mutex } from 'async-mutex';

const mutex = new Mutex();
const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Sensor {
  read(): Promise<number>;
}

export async function sample(sensor: Sensor): Promise<number> {
  return mutex.runExclusive(async () => {
    await after(30);
    return sensor.read();
  });
}

export const offset = (sensor: Sensor): Promise<number> => mutex.runExclusive(() => sensor.read());
