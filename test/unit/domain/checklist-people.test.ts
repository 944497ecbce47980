import { describe, expect, it } from 'vitest';
import { acme } from '../../../src/demo/acme.ts';
import { peopleLines } from '../../../src/domain/checklist-people.ts';
import { describeWho, type Manifests } from '../../../src/domain/manifest.ts';
import { everybodyNamed } from '../../../src/domain/named.ts';
import type { Found, FoundPerson, PeopleFound } from '../../../src/domain/people-found.ts';
import { TEST_ENV, testManifests } from '../../support/context.ts';

/** A Wednesday. */
const NOW = new Date('2026-11-25T12:00:00Z');
const THERE = 'Everybody who is named is there';
const ENOUGH = 'Enough people for every decision';
const NIGHT = 'Somebody decides on a Saturday at 03:00';

const members: FoundPerson[] = acme.people.map(({ id, name, email, timeZone, ...person }) => ({
  ...{ id, name, email, timezone: timeZone },
  standing: person.isGuest ? 'guest' : person.isDeactivated ? 'deactivated' : 'member',
}));
const byHandle = new Map(
  acme.people.map(({ handle, id }) => [handle, members.find((each) => each.id === id)]),
);

/** As Acme's workspace has them, but for what a test says. */
function found(manifests: Manifests, changes: PeopleFound = {}): PeopleFound {
  const people = everybodyNamed(manifests).map((who): [string, Found] => {
    const group = who.kind === 'group' && acme.groups.find(({ handle }) => handle === who.handle);
    const all = group
      ? group.members.flatMap((handle) => byHandle.get(handle) ?? [])
      : members.filter(({ id, email }) => (who.kind === 'id' ? id === who.id : email === describeWho(who)));
    return [describeWho(who), { people: all }];
  });
  return { ...Object.fromEntries(people), ...changes };
}

/** The project's manifests with other words in one workflow. */
function refunds(...edits: readonly (readonly [string | RegExp, string])[]): Manifests {
  return testManifests(TEST_ENV, (files) => {
    const file = 'workflows/refunds.yml';
    const text = edits.reduce((all, [from, to]) => all.replace(from, to), files[file] ?? '');
    return { ...files, [file]: text };
  });
}

function lineOf(what: string, manifests: Manifests, people: PeopleFound | null = found(manifests)) {
  const line = peopleLines(manifests, people, NOW).find((each) => each.what === what);
  if (!line) throw new Error(`no line ${what}`);
  return line;
}

const person = (handle: string, changes: Partial<FoundPerson> = {}): Found => {
  const one = byHandle.get(handle);
  if (!one) throw new Error(`nobody is called ${handle}`);
  return { people: [{ ...one, ...changes }] };
};

describe('who is named', () => {
  const manifests = refunds();

  it('is green while all are there', () => {
    expect(lineOf(THERE, manifests).state).toBe('green');
    expect(lineOf(ENOUGH, manifests)).toMatchObject({
      state: 'green',
      evidence: expect.stringContaining('refunds (in 500.00–5000.00): 2 may approve'),
    });
  });

  it('is not guessed where Slack did not say', () => {
    expect(peopleLines(manifests, null, NOW).map(({ state }) => state)).toEqual([
      'unasked',
      'unasked',
      'unasked',
    ]);
  });

  it.each([
    ['left', { people: [] }, 'dana@acme.test is no member whom Slack knows: they left, or the name is wrong'],
    [
      'is not to be looked up',
      { people: [], refused: 'missing_scope' },
      'dana@acme.test is no member whom Slack knows (missing_scope)',
    ],
    ['is deactivated', person('dana', { standing: 'deactivated' }), 'dana@acme.test is deactivated'],
    ['is a guest', person('dana', { standing: 'guest' }), 'dana@acme.test is a guest, who decides nothing'],
    [
      'is of another workspace',
      person('dana', { standing: 'stranger' }),
      'dana@acme.test is of another workspace',
    ],
    ['is a bot', person('dana', { standing: 'bot' }), 'dana@acme.test is a bot'],
  ])('is red where an approver %s', (_, dana, evidence) => {
    const people = found(manifests, { 'dana@acme.test': dana });
    expect(lineOf(THERE, manifests, people)).toEqual({ what: THERE, state: 'red', evidence });
    expect(lineOf(ENOUGH, manifests, people)).toMatchObject({
      state: 'red',
      evidence: expect.stringContaining('refunds (above 5000.00): nobody may approve'),
    });
  });

  it('is red where a group is empty, or has guests alone', () => {
    const empty = found(manifests, { '@support-leads': { people: [] } });
    expect(lineOf(THERE, manifests, empty).evidence).toBe(
      '@support-leads is empty, or there is no such group',
    );
    const guests = found(manifests, { '@support-leads': person('gus') });
    expect(lineOf(THERE, manifests, guests).evidence).toBe(
      '@support-leads has no full member: Gus Hall is a guest, who decides nothing',
    );
    for (const people of [empty, guests])
      expect(lineOf(ENOUGH, manifests, people).evidence).toContain(
        'refunds (in 500.00–5000.00): nobody may approve',
      );
  });
});

describe('enough people', () => {
  it('are fewer than the quorum', () => {
    const manifests = refunds([
      'approvers: ["@support-leads"]',
      'approvers: ["@support-leads"]\n    approvals: 2',
    ]);
    expect(lineOf(ENOUGH, manifests).evidence).toContain('2 may approve, 2 have to');
    const one = found(manifests, { '@support-leads': person('lea') });
    expect(lineOf(ENOUGH, manifests, one).evidence).toBe(
      'refunds (in 500.00–5000.00): 1 may approve, 2 have to',
    );
  });

  it('are not who owns the agent', () => {
    const manifests = refunds();
    const owners = found(manifests, { '@support-leads': person('sam') });
    expect(lineOf(ENOUGH, manifests, owners).evidence).toContain(
      'refunds (in 500.00–5000.00): nobody may approve without sam@acme.test, who owns refund-agent',
    );
  });

  it('are two where a second human reviews, also if one has two addresses', () => {
    const alone = refunds([/by: \[.*\]/, 'by: [dana@acme.test]']);
    expect(lineOf(ENOUGH, alone).evidence).toContain(
      'refunds (above 5000.00): who approves is the only one who may review',
    );
    const twice = testManifests(TEST_ENV, (files) => ({
      ...files,
      'org.yml': `${files['org.yml']}\nsame_person: [[dana@acme.test, cfo@acme.test]]\n`,
      'workflows/refunds.yml': (files['workflows/refunds.yml'] ?? '').replace(
        /by: \[.*\]/,
        'by: [cfo@acme.test]',
      ),
    }));
    expect(lineOf(ENOUGH, twice).evidence).toContain('who approves is the only one who may review');
    const nobody = refunds();
    const gone = { 'cfo@acme.test': { people: [] }, '@finance-leads': { people: [] } };
    expect(lineOf(ENOUGH, nobody, found(nobody, gone)).evidence).toContain('nobody may review');
  });
});

describe('Saturday at 03:00', () => {
  /** Only the tier up to 5,000.00 waits for people. */
  const only = (...edits: readonly (readonly [string | RegExp, string])[]) => {
    const { workflows, ...rest } = refunds(...edits);
    const { refunds: all } = workflows;
    if (!all) throw new Error('there are no refunds');
    return { ...rest, workflows: { refunds: { ...all, tiers: all.tiers.slice(0, 2) } } };
  };

  it('finds nobody within the SLA where all are at home, and says who is the first', () => {
    expect(lineOf(NIGHT, only())).toEqual({
      what: NIGHT,
      state: 'red',
      evidence:
        'refunds (in 500.00–5000.00): it is late Sat 28 Nov 03:30 EST and nobody is at work or paged before; Lea Brandt is the first, Mon 30 Nov 03:00 EST',
    });
  });

  it('finds who is at work by the clock on their own wall, and is not content with fewer than the quorum', () => {
    const manifests = only();
    const hours = { days: [6], from: '09:00', to: '18:00', holidays: [] };
    const saturdays = { ...manifests, organisation: { ...manifests.organisation, businessHours: hours } };
    // 03:00 in New York is 09:00 in Berlin.
    expect(lineOf(NIGHT, saturdays).state).toBe('green');
    const inNewYork = found(saturdays, { '@support-leads': person('max') });
    expect(lineOf(NIGHT, saturdays, inNewYork).state).toBe('red');
    const holiday = { ...hours, holidays: ['2026-11-28'] };
    expect(
      lineOf(NIGHT, { ...saturdays, organisation: { ...saturdays.organisation, businessHours: holiday } })
        .state,
    ).toBe('red');
    const quorum = only(['approvers: ["@support-leads"]', 'approvers: ["@support-leads"]\n    approvals: 2']);
    expect(
      lineOf(NIGHT, { ...quorum, organisation: { ...quorum.organisation, businessHours: hours } }).state,
    ).toBe('red');
  });

  it('is content with a page before it is late, if it reaches somebody', () => {
    const paged = only(['{ after: 15m, remind: true }', '{ after: 15m, add: [lee@acme.test], page: true }']);
    expect(lineOf(NIGHT, paged).state).toBe('green');
    expect(lineOf(NIGHT, paged, found(paged, { 'lee@acme.test': { people: [] } })).state).toBe('red');
    // A step that pages without adding anybody pages those whose turn it is.
    expect(lineOf(NIGHT, only(['{ after: 15m, remind: true }', '{ after: 15m, page: true }'])).state).toBe(
      'green',
    );
    expect(
      lineOf(NIGHT, only(['{ after: 15m, remind: true }', '{ after: 15m, add: [lee@acme.test] }'])).state,
    ).toBe('red');
  });

  it('gives an SLA in business hours until Monday, and says what it does not know', () => {
    expect(lineOf(NIGHT, only(['sla: 30m', 'sla: 30m\n    clock: business'])).state).toBe('green');
    const { businessHours: _, ...organisation } = only().organisation;
    expect(
      lineOf(NIGHT, { ...only(), organisation: { ...organisation, businessHours: undefined } }),
    ).toMatchObject({
      state: 'unasked',
      evidence: expect.stringContaining('no business_hours'),
    });
  });
});
