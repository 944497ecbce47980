import { setTimeout as pause } from 'node:timers/promises';
import type { RespondFn, SlashCommand } from '@slack/bolt';
import { nearest } from '../../domain/nearest.ts';
import { loggable } from '../../logger.ts';
import type { SlackMessage } from '../cards/message.ts';
import { noticeMessage } from '../cards/notice.ts';
import { sentenceOf } from '../listeners/sentence-of.ts';
import type { Session } from '../session.ts';
import { COMMANDS } from './command-table.ts';
import { parseCommand } from './parse-command.ts';

export interface CommandArguments {
  readonly command: SlashCommand;
  readonly ack: (message: SlackMessage & { response_type: 'ephemeral' }) => Promise<void>;
  readonly respond: RespondFn;
}

/** Slack gives three seconds; what takes longer is answered when it is done. */
const ACK_WITHIN_MS = 2_300;

/** The answer is the acknowledgement: what a command changes is committed before anybody is told so. */
export async function runCommand(
  session: Session,
  { command, ack, respond }: CommandArguments,
): Promise<void> {
  const { log } = session.context;
  const answer = answerTo(session, command);
  const cancel = new AbortController();
  const late = pause(ACK_WITHIN_MS, undefined, { signal: cancel.signal }).catch(() => undefined);
  const intime = await Promise.race([answer, late]);
  cancel.abort();
  try {
    await ack({
      response_type: 'ephemeral',
      ...(intime ?? noticeMessage('Working on it: wait for the answer.')),
    });
    if (!intime) await respond({ response_type: 'ephemeral', replace_original: false, ...(await answer) });
  } catch (error) {
    log.error({ err: loggable(error) }, 'slack.answer_failed');
  }
}

/** Never throws. */
async function answerTo(session: Session, command: SlashCommand): Promise<SlackMessage> {
  const { word, rest } = parseCommand(command.text);
  const known = COMMANDS.find((each) => each.word === (word || 'help'));
  if (!known) return unknown(session, word);
  try {
    return await known.run(session, { by: { teamId: command.team_id, userId: command.user_id }, rest });
  } catch (error) {
    session.context.log.error({ command: known.word, err: loggable(error) }, 'slack.command_failed');
    return noticeMessage(sentenceOf(error));
  }
}

function unknown({ command }: Session, word: string): SlackMessage {
  const meant = nearest(
    word,
    COMMANDS.map((each) => each.word),
  );
  const hint = meant ? ` Did you mean ${command} ${meant}?` : '';
  return noticeMessage(
    `I don’t know "${word.slice(0, 40)}", and nothing was done.${hint} ${command} help lists what I know.`,
  );
}
