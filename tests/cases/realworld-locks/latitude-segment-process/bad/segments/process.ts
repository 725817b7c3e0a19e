import { database } from '../client';
import { Result } from '../lib/Result';
import Transaction from '../lib/Transaction';
import { segments } from '../schema';
import { SEGMENT_SPECIFICATIONS, type SegmentProcessArgs } from './specifications';

export async function processSegment(args: SegmentProcessArgs, transaction = new Transaction(), db = database) {
  return await transaction.call(async (tx) => {
    const { id, type } = args.segment;

    const specification = SEGMENT_SPECIFICATIONS[type];
    if (!specification) {
      return Result.error(new Error('Invalid segment type'));
    }

    let metadata: { segmentId: string; type: string; prompt?: string } = { segmentId: id, type };

    const processing = await specification.process(args, db);
    if (processing.error) return Result.error(processing.error);
    metadata = { ...metadata, ...processing.value };

    const segment = (await tx
      .insert(segments)
      .values({ id, type, name: metadata.prompt ?? id })
      .onConflictDoUpdate({ target: [segments.id], set: { type } })
      .returning()
      .then((r) => r[0]!)) as { id: string };

    return Result.ok({ segment, metadata });
  });
}
