import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../../src/domain/audit.ts';
import { tellStory } from '../../../../src/domain/audit-story.ts';
import { disabledMessage, enableAskedMessage, enabledMessage } from '../../../../src/slack/cards/alerts.ts';
import { auditAnswer } from '../../../../src/slack/cards/audit-answer.ts';
import { helpMessage } from '../../../../src/slack/cards/help.ts';
import type { SlackMessage } from '../../../../src/slack/cards/message.ts';
import { pageMessage } from '../../../../src/slack/cards/page-message.ts';
import { pendingMessage } from '../../../../src/slack/cards/pending.ts';
import { showMessage } from '../../../../src/slack/cards/show.ts';
import { statusMessage } from '../../../../src/slack/cards/status.ts';
import { objections } from '../../../support/card-checks.ts';
import { approval, cardView, execution, offered } from '../../../support/card-view.ts';
import { hostileTexts } from '../../../support/hostile-texts.ts';
import { readableText } from '../../../support/readable-text.ts';

const at = new Date('2026-11-17T14:05:00Z');
const dana = { principal: 'email:dana@acme.test', id: 'U0DANAWHITF', name: 'Dana Whitfield' };
const lee = { principal: 'email:lee@acme.test', id: 'U0LEEPARK01', name: 'Lee Park' };
const read = ({ blocks }: SlackMessage) => readableText(JSON.parse(JSON.stringify(blocks)));

function event(number: number, text: string): AuditEvent {
  const data = {
    summary: text,
    reason: text,
    by: { id: 'U1', name: text },
    kind: 'reject',
    impact: null,
    because: text,
    why: text,
  };
  const common = {
    stream: 'p',
    seq: number,
    at,
    actor: 'x',
    agent: text,
    system: 'billing',
    account: text,
    number,
    data,
  };
  return {
    ...common,
    type:
      ['proposal.received', 'decision.recorded', 'execution.failed', 'proposal.blocked'][number % 4] ?? '',
  };
}

/** Every message, with one text wherever somebody outside wrote one, and more of everything than fits. */
function everyMessage(text: string): SlackMessage[] {
  const by = { ...dana, name: text };
  const view = cardView({
    summary: text,
    account: text,
    agent: text,
    execution: { ...execution, error: text },
  });
  const many = Array.from({ length: 60 }, () => view.proposal);
  const events = Array.from({ length: 120 }, (_, index) => event(index, text));
  const underWay = many.map(({ number }) => ({ number, system: text, account: text }));
  const switched = { by, at, reason: text };
  const switches = { off: { all: switched, [text]: switched }, asked: { all: switched }, now: at };
  const parked = Array.from({ length: 20 }, () => ({ topic: 'card', ref: text, number: null, error: text }));
  const story = tellStory(events, { subject: { kind: 'account', account: text }, range: { name: 'Today' } });
  return [
    disabledMessage({ scope: 'refund-agent', by, reason: text, underWay, command: '/agent' }),
    enabledMessage({ scope: 'refund-agent', by, askedBy: by }),
    enableAskedMessage({ scope: 'refund-agent', by, because: text }),
    pageMessage(view.proposal, offered, '<@U0LEEPARK01>'),
    statusMessage({
      pace: [{ agent: text, decided: 1, approved: 1, quick: 1, medianMs: 1 }],
      undrilled: [],
      switches,
      outbox: { waiting: 1, writesWaiting: 2, writesUnderWay: 3, parked, parkedCount: 90 },
      mayRetry: true,
      durability: 'single-node',
      pending: { count: many.length, first: many },
      resting: [{ system: text, open: true, pausedUntil: at, why: text }],
    }),
    pendingMessage({ count: many.length, first: many }, { parked, parkedCount: 90 }, true),
    helpMessage([{ usage: text, description: text }]),
    auditAnswer({
      ...{ story, range: { label: text }, isCut: true, page: 1, asked: 'x', sharedBy: text },
      cards: [{ number: 1042, url: 'https://acme.slack.com/archives/C0/p1' }],
    }),
    showMessage(view, { events, isCut: true, page: 0 }),
  ];
}

const NOTHING_GIVEN_UP = { parked: [], parkedCount: 0 };

describe('every message', () => {
  it.each(hostileTexts.filter((_, index) => index % 7 === 0).map((text, index) => ({ text, index })))(
    'passes Slack and pings nobody it should not, with hostile text $index',
    ({ text }) => {
      for (const message of everyMessage(text)) expect(objections(message)).toEqual([]);
    },
  );
});

describe('disabledMessage', () => {
  it('says who, why, what had begun and how to undo it', () => {
    const underWay = [{ number: 1042, system: 'billing', account: '4471' }];
    const said = read(
      disabledMessage({ scope: 'all', by: dana, reason: 'odd refunds', underWay, command: '/agent' }),
    );
    expect(said).toContain('Dana Whitfield switched everything off: “odd refunds”');
    expect(said).toContain('1 write had begun before and may still happen:\n#1042 in billing, account 4471');
    expect(said).toContain('/agent enable all');
  });
});

describe('enableAskedMessage', () => {
  it('has one button, which names the scope', () => {
    const { blocks } = enableAskedMessage({
      scope: 'billing',
      by: lee,
      because: 'it was off for more than an hour',
    });
    expect(blocks.at(-1)).toMatchObject({ elements: [{ action_id: 'confirm_enable', value: 'billing' }] });
  });
});

describe('statusMessage', () => {
  it('says that everything is on and what waits, the most urgent first', () => {
    const soon = cardView({ number: 7, expiresAt: new Date('2026-11-17T15:00:00Z') }).proposal;
    const later = cardView({ number: 8, expiresAt: new Date('2026-11-17T16:00:00Z') }).proposal;
    const outbox = { waiting: 0, writesWaiting: 1, writesUnderWay: 0, ...NOTHING_GIVEN_UP };
    const said = read(
      statusMessage({
        undrilled: [],
        switches: { off: {}, asked: {}, now: at },
        outbox,
        mayRetry: true,
        durability: 'single-node',
        pending: { count: 2, first: [soon, later] },
        resting: [],
        pace: [{ agent: 'refund-agent', decided: 60, approved: 59, quick: 41, medianMs: 4_200 }],
      }),
    );
    expect(said).toMatch(
      /^Everything is on\..*2 proposals to decide, 1 approved write waiting.*#7 \$1,250.00.*#8/s,
    );
    expect(said).toContain(
      'refund-agent: 60 decided by people in 7 days, 98 % approved, half of them within 4 seconds; 41 within 5 seconds of being asked.',
    );
  });

  it('says what is off, since when, by whom, and who asked to switch it on', () => {
    const switches = {
      off: { billing: { by: dana, at, reason: null } },
      asked: { billing: { by: lee, at, reason: null } },
      now: at,
    };
    const outbox = {
      waiting: 0,
      writesWaiting: 0,
      writesUnderWay: 0,
      parkedCount: 3,
      parked: [
        { topic: 'callback', ref: 'p1', number: 1042, error: 'it answered 500' },
        { topic: 'announce', ref: 'switch:1', number: null, error: 'not_in_channel' },
      ],
    };
    const status = {
      ...{ switches, outbox, pending: { count: 0, first: [] }, resting: [], pace: [] },
      undrilled: ['billing: last on 2026-07-01'],
      durability: 'none',
    } as const;
    const said = read(statusMessage({ ...status, mayRetry: false }));
    expect(said).toContain('Switched off: billing.');
    expect(said).toMatch(/billing off since .* by Dana Whitfield · Lee Park asked to switch it on/);
    expect(said).toMatch(
      /#1042, calling its agent back: it answered 500.*announce switch:1: not_in_channel.*… 1 more/s,
    );
    expect(said).toContain('an operator can have it tried again');
    expect(said).toContain('Durability: none');
    expect(JSON.stringify(statusMessage({ ...status, mayRetry: false }))).not.toContain('Try again');
    expect(JSON.stringify(statusMessage({ ...status, mayRetry: true }))).toContain('Try again');
  });
});

describe('pendingMessage', () => {
  it('says that nothing waits', () => {
    expect(pendingMessage({ count: 0, first: [] }, NOTHING_GIVEN_UP, true).text).toMatch(
      /^Nothing waits for a decision/,
    );
  });

  it('says how many it leaves out', () => {
    const many = Array.from({ length: 20 }, () => cardView().proposal);
    expect(read(pendingMessage({ count: many.length, first: many }, NOTHING_GIVEN_UP, true))).toContain(
      '… 5 more',
    );
  });
});

describe('auditAnswer', () => {
  const approved = (number: number): AuditEvent => ({
    ...{ stream: `p${number}`, seq: 2, at, type: 'decision.recorded', actor: 'x', agent: 'refund-agent' },
    ...{ system: 'billing', account: '4471', number },
    data: { kind: 'approve', by: { id: 'U0DANAWHITF', name: 'Dana Whitfield' } },
  });
  const story = {
    sentence:
      'Past 7 days: refund-agent returned $1,250.00 to account 4471 in 1 refund; Dana Whitfield approved it.',
    told: [approved(1042)],
  };
  const shown = { isCut: false, page: 0, asked: 'x', cards: [] };

  it('begins with the sentence, then the days, then what happened', () => {
    const message = auditAnswer({
      story,
      range: { label: 'Tue 17 Nov 00:00 – 24:00 America/New_York' },
      ...shown,
    });
    expect(message.text).toBe(story.sentence);
    expect(read(message).split('\n').slice(0, 2)).toEqual([
      story.sentence,
      'Tue 17 Nov 00:00 – 24:00 America/New_York',
    ]);
    expect(read(message)).toContain('#1042 approved by Dana Whitfield');
  });

  it('says first of all that it is not everything', () => {
    const said = read(auditAnswer({ story, range: { label: 'Today' }, ...shown, isCut: true }));
    expect(said).toMatch(/^Incomplete: /);
  });

  it('has pages, the newest first, each with the buttons that lead somewhere', () => {
    const told = Array.from({ length: 45 }, (_, n) => approved(n + 1));
    const pageAt = (page: number) => {
      const message = auditAnswer({
        story: { ...story, told },
        range: { label: 'Today' },
        ...shown,
        page,
      });
      const buttons = message.blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []));
      const labels = buttons.map((each) => ('text' in each ? each.text.text : ''));
      return { said: read(message), labels: labels.slice(0, -2), all: labels };
    };
    expect(pageAt(0)).toMatchObject({ labels: ['Earlier'], all: ['Earlier', 'Share here', 'Send me CSV'] });
    expect(pageAt(0).said).toContain('events 26 to 45 of 45');
    expect(pageAt(1).labels).toEqual(['Earlier', 'Later']);
    expect(pageAt(2).labels).toEqual(['Later']);
    expect(pageAt(2).said).toContain('events 1 to 5 of 45');
    expect(pageAt(99).said).toBe(pageAt(2).said);
  });

  it('is shown to others without buttons, and says by whom', () => {
    const message = auditAnswer({
      story,
      range: { label: 'Today' },
      ...shown,
      asked: undefined,
      sharedBy: 'Dana',
    });
    expect(read(message)).toMatch(/^Dana shared:/);
    expect(message.blocks.some(({ type }) => type === 'actions')).toBe(false);
  });
});

describe('showMessage', () => {
  it('has the facts, the outcome and the whole history, and no buttons', () => {
    const view = cardView({ state: 'executed', decisions: [approval], execution });
    const events = [event(0, 'Refund 1250.00'), event(1, 'Dana')];
    const message = showMessage(view, { events, isCut: false, page: 0 });
    expect(read(message)).toContain('Approved by Dana Whitfield');
    expect(read(message)).toContain('rejected by Dana');
    expect(JSON.stringify(message.blocks)).not.toContain('action_id');
  });

  it('has the agent’s metadata, however much of it there is', () => {
    const much = Array.from({ length: 16 }, (_, n) => [`${n}`.padEnd(64, 'n'), '&'.repeat(256)] as const);
    const events = Array.from({ length: 45 }, (_, n) => event(n, '&'.repeat(500)));
    const view = cardView({ metadata: { thread: 't-1', ...Object.fromEntries(much) } });
    const message = showMessage(view, { events, isCut: true, page: 1 });
    expect(read(message)).toContain('thread: t-1');
    expect(objections(message)).toEqual([]);
    expect(read(showMessage(cardView({}), { events: [], isCut: false, page: 0 }))).not.toContain('With it');
  });

  it('turns a long history by pages, so that who proposed it is never out of reach', () => {
    const events = Array.from({ length: 45 }, (_, n) => event(n, n === 0 ? 'first' : `step ${n}`));
    const at = (page: number) => showMessage(cardView({}), { events, isCut: false, page });
    expect(read(at(0))).toContain('History · events 26 to 45 of 45');
    expect(read(at(0))).not.toContain('first');
    expect(read(at(2))).toContain('History · events 1 to 5 of 45');
    expect(read(at(2))).toContain('first');
    const turns = [0, 1, 2].map((page) =>
      JSON.stringify(at(page).blocks)
        .match(/show_page:\d/g)
        ?.join(),
    );
    expect(turns).toEqual(['show_page:1', 'show_page:2,show_page:0', 'show_page:1']);
    expect(objections(at(1))).toEqual([]);
  });
});
