import { writeFile } from 'node:fs/promises';
import type { ILockProvider } from './RedisLockProvider';

export class LibraryManager {
    constructor(private lock: ILockProvider, private librariesPath: string) {}

    public async installLibrary(ubername: string, files: Record<string, string>): Promise<void> {
        await this.lock.acquire(
            `install:${ubername}`,
            async () => {
                for (const name of Object.keys(files)) {
                    await writeFile(`${this.librariesPath}/${ubername}/${name}`, files[name]);
                }
            },
            { timeout: 120000, maxOccupationTime: 120000 }
        );
    }
}
