export interface IoObject { _id: string; common: { members?: string[]; name?: string }; native: Record<string, unknown> }
export interface ObjectsClient {
  getObjectAsync(id: string): Promise<IoObject | null>;
  setObjectAsync(id: string, obj: IoObject): Promise<void>;
  destroy(): Promise<void>;
}

export function Adapter(connect: () => ObjectsClient, fixId: (id: string) => string) {
  let adapterObjects: ObjectsClient | null = null;

  function initObjects(): void {
    adapterObjects = connect();
  }

  async function extendObject(id: string, obj: Partial<IoObject>): Promise<IoObject> {
    if (!adapterObjects) {
      throw new Error('Objects database not connected');
    }

    id = fixId(id);

    const oldObj = await adapterObjects.getObjectAsync(id);

    const merged: IoObject = {
      _id: id,
      common: { ...oldObj?.common, ...obj.common },
      native: { ...oldObj?.native, ...obj.native },
    };
    await adapterObjects.setObjectAsync(id, merged);
    return merged;
  }

  function terminate(): void {
    // some time for the last states
    setTimeout(() => {
      if (adapterObjects) {
        void adapterObjects.destroy();
        adapterObjects = null;
      }
    }, 500);
  }

  return { initObjects, extendObject, terminate };
}
