import { mergeConfig } from 'vitest/config';
import config from './vitest.config.js';

/** The tests, and the cases in a process whose branches are counted. */
export default mergeConfig(config, { test: { include: ['tests/cases-in-process.ts'] } });
