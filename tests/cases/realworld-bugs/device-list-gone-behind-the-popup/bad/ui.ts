import type { Device } from './DeviceList.js';
export const UI = { RECEIVE_DEVICE: 'ui-receive_device', SELECT_DEVICE: 'ui-select_device' } as const;
export interface UiPromise { promise: Promise<{ payload: { device: Device; remember?: boolean } }> }
export declare function createUiPromise(type: string): void;
export declare function findUiPromise(type: string): UiPromise | undefined;
export declare function getPopupPromise(): { promise: Promise<void> };
export declare function postMessage(message: { type: string; payload: unknown }): void;
