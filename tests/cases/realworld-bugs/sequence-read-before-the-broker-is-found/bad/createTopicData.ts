export interface TopicData { topic: string; partitions: { partition: number; firstSequence: number; messages: string[] }[] }
export const createTopicData = (
  topicDataForBroker: { topic: string; partitions: number[]; messagesPerPartition: Record<number, string[]>; sequencePerPartition: Record<number, number> }[],
): TopicData[] =>
  topicDataForBroker.map(({ topic, partitions, messagesPerPartition, sequencePerPartition }) => ({
    topic,
    partitions: partitions.map((partition) => ({
      partition,
      firstSequence: sequencePerPartition[partition]!,
      messages: messagesPerPartition[partition]!,
    })),
  }));
