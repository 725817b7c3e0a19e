import type { Transport, Producer } from './types.js';

export interface ProducerClientType { _id: string; transportRequest: string; kind: 'audio' | 'video'; rtpParameters: string; paused: boolean }

export class SFU {
  transports: Map<string, Transport> = new Map();
  producerClientToProducer: Map<string, Promise<Producer>> = new Map();

  onTransportCreated(transportRequest: string, transport: Transport) {
    this.transports.set(`${transportRequest}:send`, transport);
  }

  async producerClientCreated(producer: ProducerClientType) {
    const transport = this.transports.get(`${producer.transportRequest}:send`);
    if (!transport) {
      console.warn('No transport for producer client', producer._id);
      return;
    }

    const mediasoupProducer = transport.produce({
      kind: producer.kind,
      rtpParameters: JSON.parse(producer.rtpParameters),
      paused: producer.paused,
    });
    this.producerClientToProducer.set(producer._id, mediasoupProducer);

    try {
      await mediasoupProducer;
    } catch (error) {
      console.error('Error creating producer', { producer: producer._id, error });
    }
  }

  async producerClientChanged(id: string, fields: Partial<ProducerClientType>) {
    if (!Object.hasOwn(fields, 'paused')) {
      return;
    }

    const producerPromise = this.producerClientToProducer.get(id);
    if (!producerPromise) {
      return;
    }

    const producer = await producerPromise;
    if (fields.paused) {
      await producer.pause();
    } else {
      await producer.resume();
    }
  }

  async producerClientRemoved(id: string) {
    const producer = this.producerClientToProducer.get(id);
    if (!producer) {
      return;
    }

    this.producerClientToProducer.delete(id);
    (await producer).close();
  }
}
