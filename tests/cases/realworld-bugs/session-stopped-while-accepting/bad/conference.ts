import { EventEmitter } from 'node:events';

export interface JingleSession {
  readonly sid: string;
  acceptOffer(offer: string, success: () => void, failure: (error: unknown) => void): void;
  terminate(reason: string): void;
}

export class JitsiConference {
  p2pJingleSession: JingleSession | null = null;
  readonly eventEmitter = new EventEmitter();

  constructor(private readonly logger: { debug(m: string): void; error(m: string, e: unknown): void }) {}

  onIncomingCall(jingleSession: JingleSession, jingleOffer: string): void {
    if (this.p2pJingleSession) {
      jingleSession.terminate('already in a P2P session');
      return;
    }
    this._acceptP2PIncomingCall(jingleSession, jingleOffer);
  }

  _acceptP2PIncomingCall(jingleSession: JingleSession, jingleOffer: string): void {
    this.p2pJingleSession = jingleSession;

    this.p2pJingleSession.acceptOffer(
      jingleOffer,
      () => {
        this.logger.debug('Got RESULT for P2P "session-accept"');
        this.eventEmitter.emit('conference.media_session.started', this.p2pJingleSession);
      },
      (error) => {
        this.logger.error('Failed to accept incoming P2P Jingle session', error);
      },
    );
  }

  _stopP2PSession(reason: string): void {
    if (!this.p2pJingleSession) {
      this.logger.debug('No P2P session to be stopped!');
      return;
    }
    this.p2pJingleSession.terminate(reason);
    this.p2pJingleSession = null;
  }
}
