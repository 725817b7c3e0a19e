import { Mutex } from 'async-mutex';

const mutex = new Mutex();
const seen = new Map<string, number>();

export async function transfer(name: string, exclusive: boolean): Promise<number> {
  const release = exclusive ? await mutex.acquire() : undefined;
  try {
    const response = await fetch(`https://archive.example.com/${name}`);
    seen.set(name, response.status);
    return response.status;
  } finally {
    release?.();
  }
}

export async function copy(name: string, exclusive: boolean): Promise<number> {
  let release: (() => void) | null = null;
  try {
    if (exclusive) release = await mutex.acquire();
    const response = await fetch(`https://archive.example.com/${name}/copy`);
    return response.status;
  } finally {
    if (release) release();
  }
}
