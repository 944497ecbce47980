import { describe, expect, it } from 'vitest';
import { findUsage, refuseToSend, suggest } from '../../../src/demo/workspace/page/compose.ts';
import { workspaceFor } from '../../support/gallery-world.ts';

const workspace = workspaceFor('lea');
const labels = (text: string) => suggest(text, workspace).map((each) => each.label);

describe('suggest', () => {
  it('offers the commands that begin as typed, with their usage', () => {
    expect(suggest('/ag', workspace)).toMatchObject([
      { replacement: '/agent ', hint: expect.stringContaining('audit 4471') },
    ]);
    expect(labels('/xyz')).toEqual([]);
  });

  it('is silent once the command is complete', () => {
    expect(labels('/agent audit')).toEqual([]);
  });

  it('completes a person by name or handle where the word stands', () => {
    expect(suggest('/agent audit @whitf', workspace)[0]?.replacement).toBe('/agent audit @dana ');
  });

  it('completes a channel, and no direct message', () => {
    expect(labels('in #agent')).toEqual(['#agent-ops']);
    expect(labels('#')).not.toContain('#Countersign');
  });

  it('takes an address for no mention', () => {
    expect(labels('mail lea@acme')).toEqual([]);
  });
});

describe('findUsage', () => {
  it('knows the command that is being typed, not one that only begins alike', () => {
    expect(findUsage('/agent st', workspace.commands)?.command).toBe('/agent');
    expect(findUsage('/agents', workspace.commands)).toBeUndefined();
  });
});

describe('refuseToSend', () => {
  it('refuses commands in threads, in Slack’s words', () => {
    expect(refuseToSend('/agent status', true, workspace.commands)).toBe(
      '/agent is not supported in threads. Sorry!',
    );
    expect(refuseToSend('/agent status', false, workspace.commands)).toBeUndefined();
  });

  it('refuses a command that no app has, and lets text pass that begins with a space', () => {
    expect(refuseToSend('/nope', false, workspace.commands)).toMatch(/^\/nope is not a valid command\./);
    expect(refuseToSend(' /nope', false, workspace.commands)).toBeUndefined();
  });
});
