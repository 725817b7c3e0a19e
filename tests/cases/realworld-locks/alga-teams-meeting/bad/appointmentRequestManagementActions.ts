import type { Knex } from 'knex';
import { resolveTeamsMeetingService } from './resolveTeamsMeetingService';
import { withTransaction } from './tenant';

interface ApproveInput { appointment_request_id: string; assigned_user_id: string; generate_teams_meeting: boolean }

export const approveAppointmentRequest = async (db: Knex, tenant: string, data: ApproveInput) => {
  const result = await withTransaction(db, async (trx: Knex.Transaction) => {
    // Get the appointment request
    const request = await trx('appointment_requests').where({ appointment_request_id: data.appointment_request_id, tenant }).first();

    if (!request) {
      throw new Error('Appointment request not found');
    }

    if (request.status !== 'pending') {
      throw new Error(`Cannot approve request with status: ${request.status}`);
    }

    let onlineMeetingUrl: string | null = null;
    let teamsMeetingWarning: string | undefined;
    const scheduledStart = new Date(request.requested_date);
    const scheduledEnd = new Date(scheduledStart.getTime() + request.requested_duration * 60000);

    if (data.generate_teams_meeting) {
      const teamsMeetingService = await resolveTeamsMeetingService();
      const createdMeeting = await teamsMeetingService.createTeamsMeeting({
        tenantId: tenant,
        subject: `Appointment: ${request.service_name}`,
        startDateTime: scheduledStart.toISOString(),
        endDateTime: scheduledEnd.toISOString(),
      });

      if (createdMeeting) {
        onlineMeetingUrl = createdMeeting.joinWebUrl;
      } else {
        teamsMeetingWarning = 'Appointment approved, but the Microsoft Teams meeting could not be created.';
      }
    }

    await trx('appointment_requests')
      .where({ appointment_request_id: data.appointment_request_id, tenant })
      .update({ status: 'approved', approved_at: new Date(), online_meeting_url: onlineMeetingUrl });

    return { request, teamsMeetingWarning };
  });

  return { success: true, data: result.request, teamsMeetingWarning: result.teamsMeetingWarning };
};
