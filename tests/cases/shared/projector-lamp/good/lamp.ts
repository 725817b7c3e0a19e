export interface Lamp {
  shine(picture: string): void;
  off(): void;
}
