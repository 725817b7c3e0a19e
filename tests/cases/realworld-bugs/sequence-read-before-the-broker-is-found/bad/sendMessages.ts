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
    const topicMetadata = new Map<string, { partitionsPerLeader: Record<number, number[]>; messagesPerPartition: Record<number, string[]>; sequencePerPartition: Record<number, number> }>();
    const brokers = new Set<Broker>();

    await cluster.refreshMetadataIfNecessary();

    for (const { topic, messagesPerPartition } of topicMessages) {
      const partitions = Object.keys(messagesPerPartition).map(Number);
      const sequencePerPartition = partitions.reduce<Record<number, number>>((result, partition) => {
        result[partition] = eosManager.getSequence(topic, partition);
        return result;
      }, {});

      const partitionsPerLeader = cluster.findLeaderForPartitions(topic, partitions);
      const leaders = Object.keys(partitionsPerLeader).map(Number);

      topicMetadata.set(topic, { partitionsPerLeader, messagesPerPartition, sequencePerPartition });

      for (const nodeId of leaders) {
        brokers.add(await cluster.findBroker({ nodeId }));
      }
    }

    const requests = [...brokers].map(async (broker) => {
      const topicDataForBroker = [...topicMetadata.entries()]
        .filter(([, { partitionsPerLeader }]) => !!partitionsPerLeader[broker.nodeId])
        .map(([topic, { partitionsPerLeader, messagesPerPartition, sequencePerPartition }]) => ({
          topic,
          partitions: partitionsPerLeader[broker.nodeId]!,
          sequencePerPartition,
          messagesPerPartition,
        }));

      const topicData = createTopicData(topicDataForBroker);

      if (eosManager.isTransactional()) {
        await eosManager.addPartitionsToTransaction(topicData);
      }

      const response = await broker.produce({ producerId: eosManager.getProducerId(), topicData });

      response.forEach(({ topicName, partition }) => {
        const increment = topicMetadata.get(topicName)!.messagesPerPartition[partition]!.length;
        eosManager.updateSequence(topicName, partition, increment);
      });
      return response;
    });
    return (await Promise.all(requests)).flat();
  };
};
