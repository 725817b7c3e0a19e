import { DeviceList, TRANSPORT, DEVICE, type Device } from './DeviceList.js';
import { createUiPromise, findUiPromise, getPopupPromise, postMessage, UI } from './ui.js';

// module variables
let _deviceList: DeviceList | undefined; // Instance of DeviceList
let _preferredDevice: Device | undefined;

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
    const devices = _deviceList.asArray();
    if (devices.length === 1 && !isWebUsb) {
      // there is only one device available. use it
      device = _deviceList.getDevice(devices[0]!.path);
      showDeviceSelection = !!device?.unreadableError;
    } else {
      showDeviceSelection = true;
    }
  }

  if (showDeviceSelection) {
    // initialize uiPromise instance which will catch changes in _deviceList
    // but do not wait for resolve yet
    createUiPromise(UI.RECEIVE_DEVICE);

    // wait for popup handshake
    await getPopupPromise().promise;

    // check again for available devices
    // there is a possible race condition before popup open
    const devices = _deviceList.asArray();
    if (devices.length === 1 && devices[0]!.type !== 'unreadable' && !isWebUsb) {
      // there is one device available. use it
      device = _deviceList.getDevice(devices[0]!.path);
    } else {
      // request select device view
      postMessage({ type: UI.SELECT_DEVICE, payload: { webusb: isWebUsb, devices: _deviceList.asArray() } });

      // wait for device selection
      const uiPromise = findUiPromise(UI.RECEIVE_DEVICE);
      if (uiPromise) {
        const { payload } = await uiPromise.promise;
        if (payload.remember) {
          _preferredDevice = payload.device;
        }
        device = _deviceList.getDevice(payload.device.path);
      }
    }
  }

  if (!device) {
    throw new Error('Device_NotFound');
  }
  return device;
};

export const onCall = async (method: AbstractMethod): Promise<unknown> => {
  if (!_deviceList) {
    // transport is missing try to initialize it once again
    await initDeviceList();
  }
  const device = await initDevice(method);
  method.setDevice(device);
  return method.run();
};

const initDeviceList = async () => {
  try {
    _deviceList = new DeviceList();

    _deviceList.on(DEVICE.CONNECT, (device) => {
      postMessage({ type: DEVICE.CONNECT, payload: device });
    });

    _deviceList.on(TRANSPORT.ERROR, async (error) => {
      console.warn('TRANSPORT.ERROR', error);
      if (_deviceList) {
        _deviceList.disconnectDevices();
        _deviceList.dispose();
      }

      _deviceList = undefined;

      postMessage({ type: TRANSPORT.ERROR, payload: { error } });
    });

    await _deviceList.init();
  } catch (error) {
    _deviceList = undefined;
    postMessage({ type: TRANSPORT.ERROR, payload: { error } });
  }
};

export const getPreferredDevice = () => _preferredDevice;
