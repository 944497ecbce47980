import type { Person } from '../domain/person.ts';
import type { Session } from './session.ts';
import { ask, SlackRefusal } from './web.ts';

export interface CsvFile {
  readonly name: string;
  readonly title: string;
  /** Records that {@link csvRecord} made, its heads first. */
  readonly records: readonly string[];
}

/** Without it a spreadsheet takes the file for text of its own country, and shows each dash and quotation mark as three signs. */
const UTF_8 = '\ufeff';

/** Sends them a file by direct message; what Slack said where it did not take it, and undefined where it did. */
export async function sendCsvFile(
  { web }: Session,
  { userId }: Pick<Person, 'userId'>,
  { name, title, records }: CsvFile,
): Promise<string | undefined> {
  try {
    const { channel } = await ask(web.conversations.open({ users: userId }));
    const file = Buffer.from([UTF_8, ...records].join(''), 'utf8');
    await ask(web.filesUploadV2({ channel_id: channel?.id ?? '', filename: name, title, file }));
    return undefined;
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    const scope = error.code === 'missing_scope' ? ' It takes the scope files:write.' : '';
    return `Slack did not take the file (${error.code}).${scope}`;
  }
}
