export async function resolveTeamsMeetingService() {
  const { createTeamsMeeting } = await import('./teamsMeetingService');
  return { createTeamsMeeting };
}
