import { Mutex } from 'async-mutex';
import axios from 'axios';
import { isAlreadyProcessed } from './events';

const mutex = new Mutex();
const MINUTE = 60_000;

type SubEvent = { id: string; user_name: string; viewers?: number };

let lastMessage = '';
export class EventSubLongPolling {
  followers: string[] = [];
  raids: Record<string, number> = {};

  constructor(variables: Map<string, unknown>) {
    console.info('EVENTSUB: Long-polling initiated.');

    setInterval(async () => {
      //  polling
      const tokenValid = variables.get(`services.twitch.broadcasterTokenValid`);
      if (!mutex.isLocked() && tokenValid) {
        const release = await mutex.acquire();
        try {
          const response = await axios.get('https://eventsub.sogebot.xyz/user', { timeout: 2 * MINUTE });

          if (response.status === 200) {
            if (isAlreadyProcessed(response.data.event)) {
              release();
              return;
            }

            console.info(`EVENTSUB: Received event ${response.data.subscription.type}.`);
            const availableEvents = {
              'channel.follow': this.onChannelFollow,
              'channel.raid':   this.onChannelRaid,
            } as const;
            const type = response.data.subscription.type as keyof typeof availableEvents;
            if (availableEvents[type]) {
              availableEvents[type](response.data.event);
            }
          } else if (response.status === 204) {
            console.info(`EVENTSUB: No event received during long-polling.`);
          } else {
            throw new Error('Unexpected status received: ' + response.status);
          }
          lastMessage = '';
        } catch (e) {
          if (e instanceof Error) {
            if (e.message !== lastMessage) {
              console.error(`EVENTSUB: ${e}`);
              lastMessage = e.message;
            }
          }
        }
        release();
      }
    }, 200);
  }

  onChannelFollow = (event: SubEvent) => {
    this.followers.push(event.user_name);
  };

  onChannelRaid = (event: SubEvent) => {
    this.raids[event.user_name] = event.viewers ?? 0;
  };
}
