import { App, HTTPReceiver, type Receiver } from '@slack/bolt';
import type { Logger } from '../logger.ts';
import type { InFlight } from './in-flight.ts';
import { libraryLogger } from './library-logger.ts';
import { registerListeners } from './listeners/register-listeners.ts';
import type { Session } from './session.ts';
import { type WebOptions, webOptions } from './web.ts';

export function createHttpReceiver(log: Logger): HTTPReceiver {
  return new HTTPReceiver({
    signingSecret: '',
    // Judged before it, since it knows one secret only and neither skew nor repetition.
    signatureVerification: false,
    endpoints: '/slack/events',
    logger: libraryLogger(log),
  });
}

/** Bolt between a receiver and our listeners, from when Slack has said who we are. */
export function openBoltApp(
  receiver: Receiver,
  session: Session,
  settings: WebOptions,
  inFlight: InFlight,
): void {
  const app = new App({
    receiver,
    token: settings.token,
    botId: session.me.botId,
    botUserId: session.me.botUserId,
    // Its own auth.test is asked once, and a failure of it is kept for ever.
    tokenVerificationEnabled: false,
    convoStore: false,
    clientOptions: webOptions(settings),
    logger: libraryLogger(settings.log),
  });
  app.use(({ next }) => inFlight.track(next()));
  registerListeners(app, session);
}
