import { describe, expect, it } from 'vitest';
import { type SlackUser, standingOf } from '../../../src/slack/standing.ts';

const home = 'T1';
const member: SlackUser = { id: 'U1', team_id: home, deleted: false, is_bot: false };

describe('judging what somebody is to the workspace', () => {
  it('takes a full member for one', () => {
    expect(standingOf(member, home)).toBe('member');
  });

  it.each<[string, SlackUser, string]>([
    ['a multi-channel guest', { ...member, is_restricted: true }, 'guest'],
    ['a single-channel guest', { ...member, is_restricted: true, is_ultra_restricted: true }, 'guest'],
    ['somebody who left', { ...member, deleted: true }, 'deactivated'],
    ['a guest who left', { ...member, deleted: true, is_restricted: true }, 'deactivated'],
    ['somebody of another team', { ...member, team_id: 'T2' }, 'stranger'],
    ['somebody whom Slack calls a stranger', { ...member, is_stranger: true }, 'stranger'],
    ['a guest of another team', { ...member, team_id: 'T2', is_restricted: true }, 'stranger'],
    ['a bot', { ...member, is_bot: true }, 'bot'],
    ['a workflow', { ...member, is_workflow_bot: true }, 'bot'],
    ['Slackbot, which is not marked as one', { ...member, id: 'USLACKBOT' }, 'bot'],
    ['nobody that Slack shows us', {}, 'stranger'],
    ['somebody without a team', { id: 'U1' }, 'stranger'],
  ])('does not take %s for a member', (_, user, standing) => {
    expect(standingOf(user, home)).toBe(standing);
  });
});
