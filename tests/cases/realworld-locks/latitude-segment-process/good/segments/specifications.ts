import { eq } from 'drizzle-orm';

import { database } from '../client';
import { Result, type PromisedResult } from '../lib/Result';
import { documentVersions } from '../schema';

export interface SegmentProcessArgs { segment: { id: string; type: 'document' | 'step'; documentUuid: string } }

export interface SegmentSpecification {
  process(args: SegmentProcessArgs, db?: typeof database): PromisedResult<{ prompt?: string }>;
}

const DocumentSegmentSpecification: SegmentSpecification = {
  async process({ segment }, db = database) {
    const [document] = await db.select().from(documentVersions).where(eq(documentVersions.uuid, segment.documentUuid));
    if (!document) return Result.error(new Error('Document not found'));

    return Result.ok({ prompt: document.content as string });
  },
};

const StepSegmentSpecification: SegmentSpecification = {
  async process(_args, _db = database) {
    return Result.ok({});
  },
};

export const SEGMENT_SPECIFICATIONS: Record<'document' | 'step', SegmentSpecification> = {
  document: DocumentSegmentSpecification,
  step: StepSegmentSpecification,
};
