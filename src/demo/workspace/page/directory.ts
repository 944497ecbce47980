import type { ConversationSummary, PersonView, WorkspaceView } from '../protocol.ts';
import type { Viewer } from './slack-date.ts';

type Group = WorkspaceView['groups'][number];

/** Names for ids, and the reader's time zone: what text needs to be drawn for one person. */
export interface Directory {
  readonly me: string;
  readonly people: ReadonlyMap<string, PersonView>;
  readonly conversations: ReadonlyMap<string, ConversationSummary>;
  readonly groups: ReadonlyMap<string, Group>;
  readonly viewer: Viewer;
}

export function makeDirectory(workspace: WorkspaceView, me: string, now: Date): Directory {
  const people = new Map(workspace.people.map((person) => [person.id, person]));
  return {
    me,
    people,
    conversations: new Map(workspace.conversations.map((each) => [each.id, each])),
    groups: new Map(workspace.groups.map((group) => [group.id, group])),
    viewer: { now, timeZone: people.get(me)?.timeZone },
  };
}

export function personName(directory: Directory, id: string): string {
  return directory.people.get(id)?.name ?? id;
}

/** As one would write it: "#refunds", "Dana Ortiz". */
export function conversationName(directory: Directory, id: string): string {
  const found = directory.conversations.get(id);
  if (!found) return id;
  return found.kind === 'dm' ? found.name : `#${found.name}`;
}
