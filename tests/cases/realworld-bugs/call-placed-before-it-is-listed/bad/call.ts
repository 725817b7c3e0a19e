export interface RoomMember { userId: string }
export interface CallFeed { clone(): CallFeed }
export interface MatrixCall {
  readonly callId: string;
  isPtt: boolean;
  getOpponentMember(): RoomMember;
  getOpponentSessionId(): string;
  placeCallWithCallFeeds(feeds: CallFeed[], requestScreenshare: boolean): Promise<void>;
  createDataChannel(label: string): void;
  hangup(reason: string): void;
}
export interface CallDevice { device_id: string; session_id: string; feeds: { purpose: string }[] }
