export interface ClientOptions { restHost?: string; port?: number; tlsPort?: number; agents?: Record<string, string> }
