import { and, eq } from 'drizzle-orm';

import { isWorkspaceOnEnterprisePlan } from '../billing/subscription';
import type { db } from '../db';
import { permissionGroup, permissionGroupMember } from '../schema';

type DbClient = typeof db;
type TransactionClient = Parameters<Parameters<DbClient['transaction']>[0]>[0];
type Client = DbClient | TransactionClient;

/**
 * Adds the user to the workspace's auto-add permission group, if one exists and the workspace is entitled to access
 * control. Safe to call unconditionally on any workspace-permission grant.
 */
export async function applyWorkspaceAutoAddGroup(client: Client, workspaceId: string, userId: string): Promise<void> {
  try {
    const entitled = await isWorkspaceOnEnterprisePlan(workspaceId);
    if (!entitled) return;

    const [autoAddGroup] = await client
      .select({ id: permissionGroup.id })
      .from(permissionGroup)
      .where(and(eq(permissionGroup.workspaceId, workspaceId), eq(permissionGroup.autoAddNewMembers, true)))
      .limit(1);

    if (!autoAddGroup) return;

    await client.insert(permissionGroupMember).values({
      id: `${autoAddGroup.id}-${userId}`,
      permissionGroupId: autoAddGroup.id,
      workspaceId,
      userId,
    });
  } catch (error) {
    console.error('Failed to auto-assign user to workspace permission group', { userId, workspaceId, error });
  }
}
