export interface PgAdapter { execute(sql: string, opts?: { bind: unknown[] }): Promise<Record<string, unknown>[]> }

export async function releaseLock(pgAdapter: PgAdapter, eventId: string) {
  await pgAdapter.execute(`DELETE FROM ai_bot_event_processing WHERE event_id_being_processed = $1`, {
    bind: [eventId],
  });
}

export async function acquireLock(pgAdapter: PgAdapter, eventId: string, aiBotInstanceId: string): Promise<boolean> {
  let lockRow = await pgAdapter.execute(
    `INSERT INTO ai_bot_event_processing (ai_bot_instance_id, event_id_being_processed) VALUES ($1, $2)
     ON CONFLICT (event_id_being_processed) DO NOTHING
     RETURNING ai_bot_instance_id, event_id_being_processed`,
    { bind: [aiBotInstanceId, eventId] },
  );

  return lockRow.length > 0;
}
