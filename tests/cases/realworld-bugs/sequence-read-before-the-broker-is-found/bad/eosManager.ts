import type { TopicData } from './createTopicData.js';

export interface Coordinator { initProducerId(): Promise<{ producerId: number }>; addPartitionsToTxn(topics: TopicData[]): Promise<void> }
export type EosManager = ReturnType<typeof createEosManager>;

export const createEosManager = ({ transactional, findTransactionCoordinator }: { transactional: boolean; findTransactionCoordinator: () => Promise<Coordinator> }) => {
  let producerId = -1;

  /**
   * Idempotent production requires that the producer track the sequence number of messages.
   */
  let producerSequence: Record<string, Record<number, number>> = {};

  const eosManager = {
    getProducerId() {
      return producerId;
    },

    isTransactional() {
      return transactional;
    },

    async initProducerId() {
      const broker = await findTransactionCoordinator();
      const result = await broker.initProducerId();
      producerId = result.producerId;
      producerSequence = {};
    },

    getSequence(topic: string, partition: number): number {
      producerSequence[topic] = producerSequence[topic] || {};
      producerSequence[topic]![partition] = producerSequence[topic]![partition] || 0;
      return producerSequence[topic]![partition]!;
    },

    updateSequence(topic: string, partition: number, increment: number): void {
      const previous = eosManager.getSequence(topic, partition);
      let sequence = previous + increment;
      if (sequence >= Math.pow(2, 32)) {
        sequence = 0;
      }
      producerSequence[topic]![partition] = sequence;
    },

    async addPartitionsToTransaction(topicData: TopicData[]): Promise<void> {
      const broker = await findTransactionCoordinator();
      await broker.addPartitionsToTxn(topicData);
    },
  };
  return eosManager;
};
