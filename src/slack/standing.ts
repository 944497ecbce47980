import type { UsersInfoResponse } from '@slack/web-api';
import type { Person } from '../domain/person.ts';

export type SlackUser = NonNullable<UsersInfoResponse['user']> & { readonly is_stranger?: boolean };

/** What somebody is to this workspace. Whoever is not clearly a full member is something else. */
export function standingOf(user: SlackUser, homeTeam: string): Person['standing'] {
  if (user.is_bot || user.is_workflow_bot || user.id === 'USLACKBOT') return 'bot';
  if (user.team_id !== homeTeam || user.is_stranger) return 'stranger';
  if (user.deleted) return 'deactivated';
  return user.is_restricted || user.is_ultra_restricted ? 'guest' : 'member';
}
