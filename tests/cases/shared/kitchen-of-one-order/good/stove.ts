export interface Flame {
  heat(dish: string): Promise<void>;
  out(): void;
}

export declare function ignite(): Promise<Flame>;
