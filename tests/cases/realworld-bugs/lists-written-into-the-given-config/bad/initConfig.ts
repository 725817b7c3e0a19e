import type { KeystoneConfig } from './types.js';
import { applyIdFieldDefaults } from './applyIdFieldDefaults.js';

/*
  This function executes the validation and other initialisation logic that
  needs to be run on Keystone Config before it can be used.
*/
export function initConfig(config: KeystoneConfig) {
  config.lists = applyIdFieldDefaults(config);
  return config;
}
