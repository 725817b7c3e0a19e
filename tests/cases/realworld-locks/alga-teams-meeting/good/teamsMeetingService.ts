import axios from 'axios';

export interface TeamsMeeting { joinWebUrl: string; meetingId: string }

export async function createTeamsMeeting(input: { tenantId: string; subject: string; startDateTime: string; endDateTime: string }): Promise<TeamsMeeting | null> {
  try {
    const response = await axios.post(`https://graph.microsoft.com/v1.0/users/${input.tenantId}/onlineMeetings`, {
      subject: input.subject,
      startDateTime: input.startDateTime,
      endDateTime: input.endDateTime,
    });
    return { joinWebUrl: response.data.joinWebUrl, meetingId: response.data.id };
  } catch (error) {
    console.error('[TeamsMeeting] Failed to create meeting', error);
    return null;
  }
}
