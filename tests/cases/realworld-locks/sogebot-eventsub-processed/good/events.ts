const handled = new Set<string>();

export function isAlreadyProcessed(event: { id: string }): boolean {
  if (handled.has(event.id)) {
    return true;
  }
  handled.add(event.id);
  return false;
}
