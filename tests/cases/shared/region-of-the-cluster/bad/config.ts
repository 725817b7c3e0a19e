import { existsSync } from 'node:fs';

export const activeRegion = (): string => (existsSync('failed-over') ? 'west' : 'east');
