export enum WebSocketState { CONNECTING = 'connecting', CONNECTED = 'connected', DISCONNECTED = 'disconnected' }

export interface Messenger {
  call(action: 'AuthenticationController:getBearerToken'): Promise<string | undefined>;
  subscribe(event: string, handler: () => void): void;
}

export class BackendWebSocketService {
  readonly #messenger: Messenger;

  readonly #url: string;

  #ws: WebSocket | undefined;

  #state: WebSocketState = WebSocketState.DISCONNECTED;

  #connectionPromise: Promise<void> | null = null;

  #reconnectTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(options: { messenger: Messenger; url: string }) {
    this.#messenger = options.messenger;
    this.#url = options.url;
    this.#messenger.subscribe('KeyringController:unlock', () => {
      void this.connect();
    });
    this.#messenger.subscribe('AuthenticationController:stateChange', () => {
      void this.connect();
    });
  }

  async connect(): Promise<void> {
    if (this.#state === WebSocketState.CONNECTED) {
      return;
    }

    // wait for the attempt that is under way
    if (this.#state === WebSocketState.CONNECTING && this.#connectionPromise) {
      await this.#connectionPromise;
      return;
    }

    // a bearer token is needed before the socket can be opened
    let bearerToken: string;
    try {
      const token = await this.#messenger.call('AuthenticationController:getBearerToken');
      if (!token) {
        this.#scheduleReconnect();
        return;
      }
      bearerToken = token;
    } catch {
      this.#scheduleReconnect();
      return;
    }

    this.#setState(WebSocketState.CONNECTING);
    this.#connectionPromise = this.#establishConnection(bearerToken);

    try {
      await this.#connectionPromise;
    } finally {
      this.#connectionPromise = null;
    }
  }

  #setState(state: WebSocketState): void {
    this.#state = state;
  }

  #scheduleReconnect(): void {
    if (this.#reconnectTimer) {
      clearTimeout(this.#reconnectTimer);
    }
    this.#reconnectTimer = setTimeout(() => {
      this.#reconnectTimer = null;
      void this.connect();
    }, 10_000);
  }

  async #establishConnection(bearerToken: string): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const ws = new WebSocket(`${this.#url}?token=${bearerToken}`);
      ws.onopen = () => {
        this.#ws = ws;
        this.#setState(WebSocketState.CONNECTED);
        resolve();
      };
      ws.onerror = () => reject(new Error('WebSocket connection error'));
      ws.onclose = () => {
        this.#ws = undefined;
        this.#setState(WebSocketState.DISCONNECTED);
      };
    });
  }

  async disconnect(): Promise<void> {
    this.#ws?.close(1000, 'Normal closure');
  }
}
