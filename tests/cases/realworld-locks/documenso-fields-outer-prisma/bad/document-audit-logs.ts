type Data = { type: string; envelopeId: string; userId: number; fieldId: number };

export const createDocumentAuditLogData = ({ type, envelopeId, userId, fieldId }: Data) => ({
  type,
  envelopeId,
  userId,
  data: { fieldId, at: new Date().toISOString() },
});
