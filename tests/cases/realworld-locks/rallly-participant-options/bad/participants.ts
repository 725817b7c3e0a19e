import { prisma } from './prisma';
import { publicProcedure, router } from './trpc';

type UpdateInput = {
  pollId: string;
  participantId: string;
  votes: { optionId: string; type: 'yes' | 'no' | 'ifNeedBe' }[];
};

async function canModifyParticipant(participantId: string, userId: string) {
  const participant = await prisma.participant.findUnique({ where: { id: participantId } });
  if (participant.userId !== userId) {
    throw new Error('You are not allowed to modify this participant');
  }
  return participant;
}

export const participants = router({
  rename: publicProcedure.mutation(async ({ input, ctx }: { input: { participantId: string; newName: string }; ctx: { userId: string } }) => {
    await canModifyParticipant(input.participantId, ctx.userId);

    await prisma.participant.update({ where: { id: input.participantId }, data: { name: input.newName } });
  }),
  update: publicProcedure.mutation(async ({ input: { participantId, votes }, ctx }: { input: UpdateInput; ctx: { userId: string } }) => {
    const existingParticipant = await canModifyParticipant(participantId, ctx.userId);

    const pollId = existingParticipant.pollId;

    const participant = await prisma.$transaction(async (tx) => {
      // Delete existing votes
      await tx.vote.deleteMany({ where: { participantId } });

      const options = await prisma.option.findMany({
        where: {
          pollId,
        },
        select: {
          id: true,
        },
      });

      const existingOptionIds = new Set(options.map((option: { id: string }) => option.id));

      const validVotes = votes.filter(({ optionId }) => existingOptionIds.has(optionId));

      // Create new votes
      await tx.vote.createMany({
        data: validVotes.map(({ optionId, type }) => ({ optionId, type, pollId, participantId })),
      });

      // Return updated participant with votes
      return tx.participant.findUniqueOrThrow({ where: { id: participantId }, include: { votes: true } });
    });

    return participant;
  }),
});
