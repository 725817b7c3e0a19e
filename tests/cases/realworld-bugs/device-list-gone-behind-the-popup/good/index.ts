import { DeviceList, TRANSPORT, DEVICE, type Device } from './DeviceList.js';
import { createUiPromise, getPopupPromise, postMessage, UI } from './ui.js';

// module variables
let _deviceList: DeviceList | undefined; // Instance of DeviceList

export interface AbstractMethod { devicePath?: string; run(): Promise<unknown>; setDevice(device: Device): void }

const initDevice = async (method: AbstractMethod): Promise<Device> => {
  if (!_deviceList) {
    throw new Error('Transport_Missing');
  }

  const isWebUsb = _deviceList.transportType() === 'WebUsbTransport';
  let device: Device | undefined;
  let showDeviceSelection = isWebUsb;
  if (method.devicePath) {
    device = _deviceList.getDevice(method.devicePath);
    showDeviceSelection = !!device?.unreadableError;
  } else {
    showDeviceSelection = true;
  }

  if (showDeviceSelection) {
    createUiPromise(UI.RECEIVE_DEVICE);

    // wait for popup handshake
    await getPopupPromise().promise;

    // there is await above, _deviceList might have been set to undefined.
    if (!_deviceList) {
      throw new Error('Transport_Missing');
    }

    // check again for available devices
    const devices = _deviceList.asArray();
    if (devices.length === 1 && devices[0]!.type !== 'unreadable' && !isWebUsb) {
      device = _deviceList.getDevice(devices[0]!.path);
    }
  }

  if (!device) {
    throw new Error('Device_NotFound');
  }
  return device;
};

export const onCall = async (method: AbstractMethod): Promise<unknown> => {
  const device = await initDevice(method);
  method.setDevice(device);
  return method.run();
};

export const initDeviceList = () => {
  _deviceList = new DeviceList();

  _deviceList.on(DEVICE.CONNECT, (device) => {
    postMessage({ type: DEVICE.CONNECT, payload: device });
  });

  _deviceList.on(TRANSPORT.ERROR, async (error) => {
    if (_deviceList) {
      _deviceList.disconnectDevices();
      _deviceList.dispose();
    }

    _deviceList = undefined;

    postMessage({ type: TRANSPORT.ERROR, payload: { error } });
  });
};
