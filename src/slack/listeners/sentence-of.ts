import { DatabaseAway } from '../../store/database.ts';
import { SlackAway, SlackRefusal } from '../web.ts';

const LOOK_FIRST =
  'Look at it again in a moment: if nothing has changed there, nothing was recorded, and please try again.';

/** What somebody is told when their click or command went wrong. It never says more than is known. */
export function sentenceOf(error: unknown): string {
  if (error instanceof SlackAway || error instanceof SlackRefusal) {
    return 'Slack did not answer me in time, so that I can’t tell who you are or show you anything. Nothing was recorded: please try again in a moment.';
  }
  if (error instanceof DatabaseAway) return `The database did not answer. ${LOOK_FIRST}`;
  return `Something went wrong here, and it is in the log. ${LOOK_FIRST}`;
}
