import type { EosManager } from './eosManager.js';
import { createTopicData, type TopicData } from './createTopicData.js';

export interface Broker { nodeId: number; produce(request: { producerId: number; topicData: TopicData[] }): Promise<{ topicName: string; partition: number }[]> }
export interface Cluster {
  refreshMetadataIfNecessary(): Promise<void>;
  findLeaderForPartitions(topic: string, partitions: number[]): Record<number, number[]>;
  findBroker(options: { nodeId: number }): Promise<Broker>;
}
export interface TopicMessages { topic: string; messagesPerPartition: Record<number, string[]> }

export default ({ cluster, eosManager }: { cluster: Cluster; eosManager: EosManager }) => {
  return async (topicMessages: TopicMessages[]) => {
    const topicMetadata = new Map<string, { partitionsPerLeader: Record<number, number[]>; messagesPerPartition: Record<number, string[]> }>();
    const brokers = new Set<Broker>();

    await cluster.refreshMetadataIfNecessary();

    for (const { topic, messagesPerPartition } of topicMessages) {
      const partitions = Object.keys(messagesPerPartition).map(Number);
      const partitionsPerLeader = cluster.findLeaderForPartitions(topic, partitions);
      const leaders = Object.keys(partitionsPerLeader).map(Number);

      topicMetadata.set(topic, { partitionsPerLeader, messagesPerPartition });

      for (const nodeId of leaders) {
        brokers.add(await cluster.findBroker({ nodeId }));
      }
    }

    const requests = [...brokers].map(async (broker) => {
      const topicDataForBroker = [...topicMetadata.entries()]
        .filter(([, { partitionsPerLeader }]) => !!partitionsPerLeader[broker.nodeId])
        .map(([topic, { partitionsPerLeader, messagesPerPartition }]) => ({
          topic,
          partitions: partitionsPerLeader[broker.nodeId]!,
          messagesPerPartition,
        }));

      const topicData = createTopicData(topicDataForBroker);

      if (eosManager.isTransactional()) {
        await eosManager.addPartitionsToTransaction(topicData);
      }

      topicData.forEach(({ topic, partitions }) => {
        partitions.forEach((entry) => {
          entry.firstSequence = eosManager.getSequence(topic, entry.partition);
          eosManager.updateSequence(topic, entry.partition, entry.messages.length);
        });
      });

      return broker.produce({ producerId: eosManager.getProducerId(), topicData });
    });
    return (await Promise.all(requests)).flat();
  };
};
