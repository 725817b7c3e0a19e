export interface TrackerManager { getTrackerId(streamPartId: string): string; connectToSignallingOnlyTracker(trackerId: string): Promise<void> }
export interface NodeToNode {
  connectToNode(nodeId: string, trackerId: string): Promise<void>;
  requestProxyConnection(nodeId: string, streamPartId: string, direction: string): Promise<void>;
  leaveStreamOnNode(nodeId: string, streamPartId: string): Promise<void>;
}
