import { prisma } from './prisma';
import { createDocumentAuditLogData } from './document-audit-logs';

type FieldInput = { recipientId: number; type: string; pageNumber: number; pageX: number; pageY: number };

export const createField = async (envelopeId: string, userId: number, body: FieldInput | FieldInput[]) => {
  const fields = Array.isArray(body) ? body : [body];

  const envelope = await prisma.envelope.findFirst({ where: { id: envelopeId, userId } });

  if (!envelope) {
    return { status: 404, body: { message: 'Document not found' } };
  }

  try {
    const createdFields = await prisma.$transaction(async (tx) => {
      return Promise.all(
        fields.map(async (fieldData) => {
          const { recipientId, type, pageNumber, pageX, pageY } = fieldData;

          if (pageNumber <= 0) {
            throw new Error('Invalid page number');
          }

          const recipient = await tx.recipient.findFirst({
            where: {
              id: Number(recipientId),
              envelopeId: envelope.id,
            },
          });

          if (!recipient) {
            throw new Error('Recipient not found');
          }

          if (recipient.signingStatus === 'SIGNED') {
            throw new Error('Recipient has already signed the document');
          }

          const field = await tx.field.create({
            data: { envelopeId: envelope.id, recipientId, type, page: pageNumber, positionX: pageX, positionY: pageY },
          });

          await tx.documentAuditLog.create({
            data: createDocumentAuditLogData({ type: 'FIELD_CREATED', envelopeId: envelope.id, userId, fieldId: field.id }),
          });

          return { id: field.id, documentId: envelope.id, recipientId: field.recipientId };
        }),
      );
    });

    return { status: 200, body: { fields: createdFields } };
  } catch (err) {
    return { status: 500, body: { message: err instanceof Error ? err.message : 'An error has occured' } };
  }
};
