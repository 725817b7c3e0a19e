export enum AttachmentState {
  QUEUED_UPLOAD = 0,
  QUEUED_DELETE = 2,
  SYNCED = 3,
  ARCHIVED = 4
}

export interface AttachmentRecord {
  id: string;
  filename: string;
  localUri?: string;
  state: AttachmentState;
}
