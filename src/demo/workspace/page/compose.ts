import type { CommandView, ConversationSummary, PersonView } from '../protocol.ts';

export interface Suggestion {
  /** What the whole text becomes when it is taken. */
  readonly replacement: string;
  readonly label: string;
  readonly hint: string;
  readonly description: string;
}

export interface Vocabulary {
  readonly commands: readonly CommandView[];
  readonly people: readonly PersonView[];
  readonly conversations: readonly ConversationSummary[];
}

/** Commands at the start, `@people` and `#channels` anywhere; the word being typed is the last one. */
export function suggest(text: string, vocabulary: Vocabulary): readonly Suggestion[] {
  if (/^\/\S*$/.test(text))
    return vocabulary.commands.filter((each) => each.command.startsWith(text)).map(ofCommand);
  const word = /(?:^|\s)([@#])([\w.-]*)$/.exec(text);
  const typed = word?.[2]?.toLowerCase() ?? '';
  const start = text.slice(0, text.length - typed.length);
  if (word?.[1] === '@') {
    return vocabulary.people
      .filter((person) => `${person.handle} ${person.name}`.toLowerCase().includes(typed))
      .slice(0, 8)
      .map((person) => ({
        replacement: `${start}${person.handle} `,
        label: `@${person.handle}`,
        hint: person.name,
        description: person.part || person.title,
      }));
  }
  if (word?.[1] !== '#') return [];
  return vocabulary.conversations
    .filter((each) => each.kind !== 'dm' && each.name.includes(typed))
    .slice(0, 8)
    .map((each) => ({
      replacement: `${start}${each.name} `,
      label: `#${each.name}`,
      hint: '',
      description: each.topic,
    }));
}

function ofCommand(each: CommandView): Suggestion {
  return {
    replacement: `${each.command} `,
    label: each.command,
    hint: each.usageHint,
    description: each.description,
  };
}

/** The usage hint that stays above the box once the command is typed. */
export function findUsage(text: string, commands: readonly CommandView[]): CommandView | undefined {
  return commands.find((each) => text === each.command || text.startsWith(`${each.command} `));
}

/** Slack's words for what its composer does not send at all, or undefined. */
export function refuseToSend(
  text: string,
  inThread: boolean,
  commands: readonly CommandView[],
): string | undefined {
  const command = /^\/\S*/.exec(text)?.[0];
  if (!command) return undefined;
  if (!commands.some((each) => each.command === command)) {
    return `${command} is not a valid command. In Slack, all messages that start with the "/" character are interpreted as commands. If you are trying to send a message and not run a command, try preceding the "/" with an empty space.`;
  }
  return inThread ? `${command} is not supported in threads. Sorry!` : undefined;
}
