import { describe, expect, it } from 'vitest';
import { hear, startState, takeRead } from '../../../src/demo/workspace/page/page-state.ts';
import type { MessageView } from '../../../src/demo/workspace/protocol.ts';
import { galleryMessages, workspaceFor } from '../../support/gallery-world.ts';

const channel = 'C0REFUNDAPP';
const workspace = workspaceFor('lea');
const start = startState(workspace, { kind: 'conversation', id: channel });
const summary = workspace.conversations.find((each) => each.id === channel);
if (!summary) throw new Error('the gallery has no channel for refunds');
const viewOf = (messages: readonly MessageView[]) => ({ conversation: summary, messages });

const [first, second] = galleryMessages;
if (!first || !second) throw new Error('the gallery has no messages');
const texts = (messages: readonly MessageView[] | undefined) => messages?.map((each) => each.text);

describe('hear', () => {
  const shown = takeRead(start, { conversation: viewOf([first]) });

  it('adds a message, and replaces one that was edited', () => {
    const added = hear(shown, { event: 'message', message: second });
    expect(texts(added.conversation?.messages)).toEqual([first.text, second.text]);
    const edited = hear(added, { event: 'message', message: { ...first, text: 'edited' } });
    expect(texts(edited.conversation?.messages)).toEqual(['edited', second.text]);
  });

  it('keeps replies and other conversations out of the channel', () => {
    const reply = { ...second, thread_ts: first.ts };
    const elsewhere = { ...second, channel: 'C0AGENTOPS1' };
    for (const message of [reply, elsewhere]) {
      expect(texts(hear(shown, { event: 'message', message }).conversation?.messages)).toEqual([first.text]);
    }
  });

  it('takes a removed message away, ephemeral or not', () => {
    expect(hear(shown, { event: 'message_removed', channel, ts: first.ts }).conversation?.messages).toEqual(
      [],
    );
  });
});

describe('takeRead', () => {
  it('keeps a message that was heard while an older list was read', () => {
    const meanwhile = hear(start, { event: 'message', message: second });
    const read = takeRead(meanwhile, { conversation: viewOf([first]) });
    expect(texts(read.conversation?.messages)).toEqual([first.text, second.text]);
  });

  it('keeps a Home that was heard while an older one was read', () => {
    const home = { viewId: 'V1', blocks: [], hash: '2' };
    const meanwhile = hear(start, { event: 'home', home });
    expect(takeRead(meanwhile, { home: { viewId: null, blocks: null, hash: '' } }).home).toEqual(home);
  });
});
