import { EventEmitter } from 'node:events';
import type { CallDevice, CallFeed, MatrixCall, RoomMember } from './call.js';

export class GroupCall extends EventEmitter {
  public calls: MatrixCall[] = [];
  public isPtt = false;
  public dataChannelsEnabled = false;

  constructor(
    private readonly localUserId: string,
    private readonly createNewMatrixCall: (invitee: string, device: CallDevice) => MatrixCall,
    private readonly localFeeds: CallFeed[],
    private readonly devices: Map<string, CallDevice>,
  ) {
    super();
  }

  public getCallByUserId(userId: string): MatrixCall | undefined {
    return this.calls.find((call) => call.getOpponentMember().userId === userId);
  }

  private addCall(call: MatrixCall): void {
    this.calls.push(call);
    this.emit('calls_changed', this.calls);
  }

  private replaceCall(existingCall: MatrixCall, replacementCall: MatrixCall): void {
    const existingCallIndex = this.calls.indexOf(existingCall);
    if (existingCallIndex === -1) throw new Error("Couldn't find call to replace");
    this.calls.splice(existingCallIndex, 1, replacementCall);
    existingCall.hangup('replaced');
    this.emit('calls_changed', this.calls);
  }

  private removeCall(call: MatrixCall, reason: string): void {
    const callIndex = this.calls.indexOf(call);
    if (callIndex === -1) throw new Error("Couldn't find call to remove");
    this.calls.splice(callIndex, 1);
    call.hangup(reason);
    this.emit('calls_changed', this.calls);
  }

  public onMemberLeft(member: RoomMember): void {
    const call = this.getCallByUserId(member.userId);
    if (call) this.removeCall(call, 'left');
  }

  public onMemberStateChanged = async (member: RoomMember): Promise<void> => {
    if (member.userId <= this.localUserId) return;

    const opponentDevice = this.devices.get(member.userId);
    if (!opponentDevice) {
      this.emit('error', new Error(`no device for ${member.userId}`));
      return;
    }

    const existingCall = this.getCallByUserId(member.userId);
    if (existingCall && existingCall.getOpponentSessionId() === opponentDevice.session_id) {
      return;
    }

    const newCall = this.createNewMatrixCall(member.userId, opponentDevice);

    newCall.isPtt = this.isPtt;
    const requestScreenshareFeed = opponentDevice.feeds.some((feed) => feed.purpose === 'm.screenshare');

    try {
      await newCall.placeCallWithCallFeeds(this.localFeeds.map((feed) => feed.clone()), requestScreenshareFeed);
    } catch (e) {
      this.emit('error', e);
      return;
    }

    if (this.dataChannelsEnabled) {
      newCall.createDataChannel('datachannel');
    }

    if (existingCall) {
      this.replaceCall(existingCall, newCall);
    } else {
      this.addCall(newCall);
    }
  };
}
