import type { Mutant } from './mutant.ts';

const HAND_OFF = ['test/db/lifecycle/hand-off.test.ts'];

/** Guards at the doors, on the cards and in the hand-off. */
export const DOORS_MUTANTS: readonly Mutant[] = [
  {
    guard: "the cloud's metadata service is out of reach",
    in: 'src/connectors/address.ts',
    from: 'if (METADATA.has(parsed.toString())) return false;',
    to: '',
    seenBy: ['test/unit/connectors/hostile-urls.test.ts'],
  },
  {
    guard: 'private addresses only where a manifest allows them',
    in: 'src/connectors/address.ts',
    from: 'if (PRIVATE.has(range)) return allowPrivate;',
    to: 'if (PRIVATE.has(range)) return true;',
    seenBy: ['test/unit/connectors/hostile-urls.test.ts'],
  },
  {
    guard: 'what an agent writes is escaped',
    in: 'src/slack/cards/text.ts',
    from: ".replaceAll('<', '&lt;')",
    to: '',
    seenBy: ['test/unit/slack/cards/text.test.ts', 'test/unit/slack/cards/decision-card.test.ts'],
  },
  {
    guard: 'what is invisible is shown as what it is',
    in: 'src/slack/cards/text.ts',
    from: '\\p{Default_Ignorable_Code_Point}',
    to: '',
    seenBy: ['test/unit/slack/cards/text.test.ts'],
  },
  {
    guard: 'a request of Slack that is repeated is done once',
    in: 'src/slack/guard.ts',
    from: 'if (seen.has(hash)) return true;',
    to: '',
    seenBy: ['test/unit/slack/guard.test.ts'],
  },
  {
    guard: "a timestamp of Slack's from the future is refused",
    in: 'src/slack/guard.ts',
    from: 'if (ahead > AHEAD_MS)',
    to: 'if (ahead > AHEAD_MS * 1e6)',
    seenBy: ['test/unit/slack/guard.test.ts'],
  },
  {
    guard: 'an old or early signature of an agent is refused',
    in: 'src/http/authenticate.ts',
    from: '> LIMITS.signatureAgeSeconds) return undefined',
    to: '> LIMITS.signatureAgeSeconds * 1e6) return undefined',
    seenBy: ['test/unit/http/authenticate.test.ts'],
  },
  {
    guard: 'a signature is of the agent that is named',
    in: 'src/http/authenticate.ts',
    from: 'keys.filter((each) => each.agent.id === name)',
    to: 'keys.filter((each) => each.agent.id !== null)',
    seenBy: ['test/unit/http/authenticate.test.ts'],
  },
  {
    guard: 'just before the write the record is judged again',
    in: 'src/lifecycle/prepare.ts',
    from: 'if (because !== undefined) {',
    to: "if (because === '') {",
    seenBy: HAND_OFF,
  },
  {
    guard: 'a record that must not have changed sends it back to who decides',
    in: 'src/lifecycle/record.ts',
    from: 'return mustNotChange(action, then) !== mustNotChange(action, now);',
    to: 'return mustNotChange(action, then) !== mustNotChange(action, then);',
    seenBy: ['test/db/lifecycle/pace.test.ts'],
  },
  {
    guard: 'what was approved is asked again once, whoever sweeps',
    in: 'src/lifecycle/ask-again.ts',
    from: 'round !== execution.round',
    to: 'round === -1',
    seenBy: ['test/db/time/late.test.ts'],
  },
  {
    guard: 'what was approved too long ago waits while it is switched off',
    in: 'src/store/due-proposals.ts',
    from: 'p.id <> all (${[...except]}::uuid[])\n      and switched_off(b.off, p.agent, p.system, p.workflow) is null',
    to: 'p.id <> all (${[...except]}::uuid[])',
    seenBy: ['test/db/time/late.test.ts'],
  },
  {
    guard: 'no policy that became stricter is passed over',
    in: 'src/lifecycle/prepare.ts',
    from: 'if (await isTightened(attempt)) return undefined;',
    to: '',
    seenBy: ['test/db/lifecycle/stricter.test.ts'],
  },
  {
    guard: 'a click counts on the card that we posted for it',
    in: 'src/slack/listeners/look-at-card.ts',
    from: 'proposalId === claimed && rest.length === 0',
    to: "proposalId !== '' && rest.length === 0",
    seenBy: ['test/e2e/slack/refuse.test.ts'],
  },
  {
    guard: 'a key that stands twice is refused',
    in: 'src/http/strict-json.ts',
    from: 'if (Object.hasOwn(object, key))',
    to: "if (key === '')",
    seenBy: ['test/unit/http/strict-json.test.ts'],
  },
  {
    guard: 'a write that is looked for and absent is looked for once more',
    in: 'src/lifecycle/find.ts',
    from: "if (first.answer !== 'absent') return first;",
    to: 'return first;',
    seenBy: ['test/db/lifecycle/find.test.ts'],
  },
];
