export interface MatrixEvent { event_id: string; content: object }
export declare class Seshat {
  constructor(path: string);
  addEvent(event: MatrixEvent): void;
  commit(): Promise<number>;
  isEmpty(): Promise<boolean>;
  shutdown(): Promise<void>;
}
