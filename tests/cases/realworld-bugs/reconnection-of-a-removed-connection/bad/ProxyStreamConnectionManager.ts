import type { NodeToNode, TrackerManager } from './protocol.js';

enum State { NEGOTIATING, ACCEPTED, RENEGOTIATING }

interface ProxyConnection { state: State; direction: string; reconnectionTimer?: ReturnType<typeof setTimeout> }

const DEFAULT_RECONNECTION_TIMEOUT = 10 * 1000;

export class ProxyStreamConnectionManager {
  private readonly connections: Map<string, Map<string, ProxyConnection>> = new Map();

  constructor(private readonly trackerManager: TrackerManager, private readonly nodeToNode: NodeToNode) {}

  private addConnection(streamPartId: string, nodeId: string, direction: string): void {
    if (!this.connections.has(streamPartId)) {
      this.connections.set(streamPartId, new Map());
    }
    this.connections.get(streamPartId)!.set(nodeId, { state: State.NEGOTIATING, direction });
  }

  private removeConnection(streamPartId: string, nodeId: string): void {
    if (this.connections.has(streamPartId)) {
      this.connections.get(streamPartId)!.delete(nodeId);
      if (this.connections.get(streamPartId)!.size === 0) {
        this.connections.delete(streamPartId);
      }
    }
  }

  private getConnection(nodeId: string, streamPartId: string): ProxyConnection | undefined {
    return this.connections.get(streamPartId)!.get(nodeId);
  }

  async openProxyConnection(streamPartId: string, targetNodeId: string, direction: string): Promise<void> {
    this.addConnection(streamPartId, targetNodeId, direction);
    try {
      await this.connectAndNegotiate(streamPartId, targetNodeId, direction);
    } catch (err) {
      console.warn('Failed to create a proxy stream connection', err);
      this.removeConnection(streamPartId, targetNodeId);
    }
  }

  private async connectAndNegotiate(streamPartId: string, targetNodeId: string, direction: string): Promise<void> {
    const trackerId = this.trackerManager.getTrackerId(streamPartId);
    await this.trackerManager.connectToSignallingOnlyTracker(trackerId);
    await this.nodeToNode.connectToNode(targetNodeId, trackerId);
    await this.nodeToNode.requestProxyConnection(targetNodeId, streamPartId, direction);
  }

  async closeProxyConnection(streamPartId: string, targetNodeId: string): Promise<void> {
    clearTimeout(this.getConnection(targetNodeId, streamPartId)?.reconnectionTimer);
    this.removeConnection(streamPartId, targetNodeId);
    await this.nodeToNode.leaveStreamOnNode(targetNodeId, streamPartId);
  }

  processProxyConnectionResponse(streamPartId: string, nodeId: string, accepted: boolean): void {
    if (accepted) {
      this.getConnection(nodeId, streamPartId)!.state = State.ACCEPTED;
    } else {
      this.removeConnection(streamPartId, nodeId);
    }
  }

  async reconnect(targetNodeId: string, streamPartId: string): Promise<void> {
    const connection = this.getConnection(targetNodeId, streamPartId)!;
    if (connection.state !== State.RENEGOTIATING) {
      connection.state = State.RENEGOTIATING;
    }
    try {
      await this.connectAndNegotiate(streamPartId, targetNodeId, connection.direction);
      connection.state = State.ACCEPTED;
      if (connection.reconnectionTimer !== undefined) {
        clearTimeout(connection.reconnectionTimer);
      }
    } catch (err) {
      console.warn('Proxy stream reconnection attempt failed', err);
      connection.reconnectionTimer = setTimeout(async () => {
        await this.reconnect(targetNodeId, streamPartId);
      }, DEFAULT_RECONNECTION_TIMEOUT);
    }
  }
}
