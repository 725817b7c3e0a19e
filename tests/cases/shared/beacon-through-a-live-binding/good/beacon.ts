export interface Beacon {
  flash(code: string): Promise<void>;
}

export declare function light(): Promise<Beacon>;

export let beacon: Beacon | null = null;

export async function kindle(): Promise<void> {
  beacon = await light();
}

export function douse(): void {
  beacon = null;
}
