import type { KnownBlock } from '@slack/types';

/** What is posted. `text` is a whole sentence, escaped: phones' notifications and screen readers show nothing else. */
export interface SlackMessage {
  text: string;
  blocks: KnownBlock[];
}
