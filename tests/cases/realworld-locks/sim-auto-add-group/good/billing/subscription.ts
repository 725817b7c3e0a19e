import { eq } from 'drizzle-orm';

import { db } from '../db';
import { subscription, workspace } from '../schema';

export async function isOrganizationOnEnterprisePlan(organizationId: string): Promise<boolean> {
  const [sub] = await db.select().from(subscription).where(eq(subscription.referenceId, organizationId)).limit(1);
  return sub?.plan === 'enterprise';
}

export async function isWorkspaceOnEnterprisePlan(workspaceId: string): Promise<boolean> {
  try {
    const [ws] = await db.select().from(workspace).where(eq(workspace.id, workspaceId)).limit(1);
    if (!ws) return false;

    if (ws.organizationId) {
      return isOrganizationOnEnterprisePlan(ws.organizationId);
    }

    return false;
  } catch (error) {
    console.error('Error checking workspace enterprise plan status', { error, workspaceId });
    return false;
  }
}
