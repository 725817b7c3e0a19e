export interface Motor {
  run(metres: number): Promise<void>;
  stop(): void;
}

export declare function weigh(parcel: string): Promise<number>;
