export interface TopicData { topic: string; partitions: { partition: number; firstSequence: number; messages: string[] }[] }
export const createTopicData = (
  topicDataForBroker: { topic: string; partitions: number[]; messagesPerPartition: Record<number, string[]> }[],
): TopicData[] =>
  topicDataForBroker.map(({ topic, partitions, messagesPerPartition }) => ({
    topic,
    partitions: partitions.map((partition) => ({
      partition,
      firstSequence: 0,
      messages: messagesPerPartition[partition]!,
    })),
  }));
