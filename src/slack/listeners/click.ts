import type { BlockAction, RespondFn } from '@slack/bolt';
import { loggable } from '../../logger.ts';
import type { SlackMessage } from '../cards/message.ts';
import { noticeMessage, noticeModal } from '../cards/notice.ts';
import type { Session } from '../session.ts';
import { ask } from '../web.ts';
import { type CardRef, decodeCardRef, HOME } from './card-ref.ts';
import { sentenceOf } from './sentence-of.ts';

export interface Clicker {
  readonly teamId: string;
  readonly userId: string;
}

/** A button that somebody pressed, on a message or in one of our windows. */
export interface Click {
  readonly actionId: string;
  readonly value: string;
  readonly by: Clicker;
  readonly triggerId: string;
  /** Of the window that it is in. */
  readonly viewId: string | undefined;
  /** What the window that it is in was opened with. */
  readonly metadata: string;
  /** The options that are chosen, where there are several. */
  readonly chosen: readonly string[];
  /** The card that it stands on or was opened from. */
  readonly card: CardRef | undefined;
  /** Slack's own dialog was confirmed before. */
  readonly isConfirmed: boolean;
  /** Too late is not an error: who clicked is told all the same. */
  ack(): Promise<void>;
  /** Tells the clicker alone. Never throws. */
  tell(text: string, title?: string): Promise<void>;
  /** Shows something to everybody in the channel of the clicked message. Never throws. */
  share(message: SlackMessage): Promise<void>;
  /** Where the clicked message may be replaced, for half an hour; undefined: nowhere, as in a window. */
  readonly replyUrl: string | undefined;
  /** Shows something else in the clicked message's place, at once. Never throws; false: it may not stand there. */
  replace(message: SlackMessage): Promise<boolean>;
}

export interface ClickArguments {
  readonly body: BlockAction;
  readonly ack: () => Promise<void>;
  readonly respond: RespondFn | undefined;
}

export function clickOf(session: Session, { body, ack, respond }: ClickArguments): Click {
  const { log } = session.context;
  const [action] = body.actions;
  const { actionId, value } = chosenBy(action);
  const succeeds = async (what: string, work: Promise<unknown> | undefined): Promise<boolean> => {
    try {
      await work;
      return work !== undefined;
    } catch (error) {
      log.warn({ what, err: loggable(error) }, 'slack.answer_failed');
      return false;
    }
  };
  const quietly = async (what: string, work: Promise<unknown> | undefined): Promise<void> => {
    await succeeds(what, work);
  };
  const viewId = body.view?.type === 'modal' ? body.view.id : undefined;
  return {
    actionId,
    value,
    by: { teamId: body.user.team_id ?? body.team?.id ?? '', userId: body.user.id },
    triggerId: body.trigger_id,
    viewId,
    metadata: body.view?.private_metadata ?? '',
    chosen: action?.type === 'checkboxes' ? action.selected_options.flatMap((each) => each.value ?? []) : [],
    card: cardOf(body, value),
    isConfirmed: action !== undefined && 'confirm' in action && action.confirm !== undefined,
    ack: () => quietly('ack', ack()),
    tell: (text, title = 'Not recorded') =>
      quietly(
        'tell',
        viewId
          ? ask(session.web.views.update({ view_id: viewId, view: noticeModal(title, text) }))
          : respond?.({ response_type: 'ephemeral', replace_original: false, ...noticeMessage(text) }),
      ),
    share: (message) =>
      quietly('share', respond?.({ response_type: 'in_channel', replace_original: false, ...message })),
    replyUrl: body.view ? undefined : body.response_url,
    replace: (message) => succeeds('replace', respond?.({ replace_original: true, ...message })),
  };
}

/** A button, or what was chosen behind More…: `ask|<value>`. */
function chosenBy(action: BlockAction['actions'][number] | undefined): { actionId: string; value: string } {
  if (!action) return { actionId: '', value: '' };
  if (action.type === 'overflow') {
    const [actionId = '', value = ''] = action.selected_option.value?.split('|') ?? [];
    return { actionId, value };
  }
  const value = 'value' in action && typeof action.value === 'string' ? action.value : '';
  return { actionId: action.action_id, value };
}

/** What Slack says of where the button stood; only the button's value could be anybody's. */
function cardOf(body: BlockAction, value: string): CardRef | undefined {
  if (body.view) {
    const opened = decodeCardRef(body.view.private_metadata);
    return opened && { ...opened, value };
  }
  const { channel_id: channel, message_ts: ts } = body.container;
  // A message stands in a channel: none is App Home, whatever it calls itself.
  if (typeof channel !== 'string' || typeof ts !== 'string' || channel === HOME) return undefined;
  return { channel, ts, value, isOpened: false };
}

/** Runs what a click is for; whatever goes wrong, the clicker hears of it. */
export async function answering(session: Session, click: Click, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    session.context.log.error({ action: click.actionId, err: loggable(error) }, 'slack.click_failed');
    await click.ack();
    await click.tell(sentenceOf(error));
  }
}
