import { and, eq } from 'drizzle-orm';

import { db } from '../db';
import { applyWorkspaceAutoAddGroup } from '../permission-groups/auto-add';
import { invitation, permissions } from '../schema';

export interface Invitation { id: string; grants: { workspaceId: string; permission: string }[] }

export async function acceptInvitation(inv: Invitation, input: { userId: string }) {
  const acceptedWorkspaceIds: string[] = [];

  await db.transaction(async (tx) => {
    await tx.update(invitation).set({ status: 'accepted' }).where(eq(invitation.id, inv.id));

    for (const grant of inv.grants) {
      const [existingPermission] = await tx
        .select({ id: permissions.id, permissionType: permissions.permissionType })
        .from(permissions)
        .where(and(eq(permissions.entityId, grant.workspaceId), eq(permissions.userId, input.userId)))
        .limit(1);

      if (!existingPermission) {
        await tx.insert(permissions).values({
          id: `${grant.workspaceId}-${input.userId}`,
          entityId: grant.workspaceId,
          userId: input.userId,
          permissionType: grant.permission,
        });
      }

      await applyWorkspaceAutoAddGroup(tx, grant.workspaceId, input.userId);

      acceptedWorkspaceIds.push(grant.workspaceId);
    }
  });

  return { success: true, acceptedWorkspaceIds };
}
