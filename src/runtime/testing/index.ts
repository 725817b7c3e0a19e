/// <reference lib="esnext.disposable" preserve="true" />
// The face of 'lockwright/testing': what tests of asynchronous code need to leave nothing to chance.

export { explore, type ExploreOptions, type ExploreReport, ScheduleError } from './explore.js';
export { ManualClock } from './manual-clock.js';
export { seededRandom } from './random.js';
export type { Exploration, Test } from './schedule.js';
