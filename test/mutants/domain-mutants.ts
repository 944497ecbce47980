import type { Mutant } from './mutant.ts';

const HAND_OFF = ['test/db/lifecycle/hand-off.test.ts'];
const DECIDING = ['test/db/lifecycle/deciding.test.ts'];
const ROLLBACK = ['test/db/lifecycle/rollback.test.ts'];

/** Guards in the rules. */
export const DOMAIN_MUTANTS: readonly Mutant[] = [
  {
    guard: 'a repetition that did nothing leaves in doubt what it repeats',
    in: 'src/lifecycle/send-write.ts',
    from: '(begun === undefined || isNotDone);',
    to: '(begun === undefined);',
    seenBy: HAND_OFF,
  },
  {
    guard: 'no to a repetition is no failure of what it repeats',
    in: 'src/lifecycle/hand-off.ts',
    from: "if (attempt.claim.was === 'started') return askOrGiveUp",
    to: "if (attempt.claim.was === 'ready') return askOrGiveUp",
    seenBy: HAND_OFF,
  },
  {
    guard: 'an impact on the limit belongs to the tier above `below`',
    in: 'src/domain/impact.ts',
    from: 'return minor < tier.below;',
    to: 'return minor <= tier.below;',
    seenBy: ['test/unit/domain/impact.test.ts'],
  },
  {
    guard: '`up_to` includes its limit',
    in: 'src/domain/impact.ts',
    from: 'return minor <= tier.upTo;',
    to: 'return minor < tier.upTo;',
    seenBy: ['test/unit/domain/impact.test.ts'],
  },
  {
    guard: 'a negative amount counts as much as a positive one',
    in: 'src/domain/impact.ts',
    from: 'moneyOf(decimal.abs(), currency)',
    to: 'moneyOf(decimal, currency)',
    seenBy: ['test/unit/domain/impact.test.ts'],
  },
  {
    guard: 'an impact that can not be computed goes to the highest tier',
    in: 'src/domain/impact.ts',
    from: 'if (minor === null) return last;',
    to: 'if (minor === null) return 0;',
    seenBy: ['test/unit/domain/impact.test.ts'],
  },
  {
    guard: 'what can not be undone is not decided by the agent alone',
    in: 'src/domain/impact.ts',
    from: "&& !workflow.isDrill ? floor.irreversible : 'agent'",
    to: "&& !workflow.isDrill ? 'agent' : 'agent'",
    seenBy: DECIDING,
  },
  {
    guard: 'who asked for it does not decide (the program)',
    in: 'src/domain/authorize.ts',
    from: "owns === 'yes' || person.identities.some((identity) => proposal.requesters.includes(identity))",
    to: "owns === 'nobody'",
    seenBy: ['test/unit/domain/authorize.test.ts', 'test/unit/domain/who-may-decide.test.ts'],
  },
  {
    guard: 'a decision is on the digest that was shown',
    in: 'src/domain/authorize.ts',
    from: 'act.digest !== proposal.digest',
    to: "act.digest === ''",
    seenBy: ['test/unit/domain/authorize.test.ts', 'test/unit/domain/who-may-decide.test.ts'],
  },
  {
    guard: 'who approved does not review (the program)',
    in: 'src/domain/authorize.ts',
    from: "act.kind === 'review' && standingVote(proposal, person)",
    to: "act.kind === 'nothing' && standingVote(proposal, person)",
    seenBy: ['test/unit/domain/authorize.test.ts', 'test/unit/domain/who-may-decide.test.ts'],
  },
  {
    guard: 'a group that could not be looked up allows nothing',
    in: 'src/domain/authorize.ts',
    from: "case 'unclear':\n      return no(",
    to: "case 'unclear':\n      return YES ?? no(",
    seenBy: ['test/unit/domain/authorize.test.ts', 'test/unit/domain/who-may-decide.test.ts'],
  },
  {
    guard: 'a 500 is ambiguous, not a failure',
    in: 'src/domain/handoff.ts',
    from: 'status === 408 || status >= 500',
    to: 'status === 408 || status > 599',
    seenBy: HAND_OFF,
  },
  {
    guard: 'a lost answer is not taken for a write that was not done',
    in: 'src/domain/handoff.ts',
    from: "if (answer.kind === 'lost') return 'ambiguous';",
    to: "if (answer.kind === 'lost') return 'not_done';",
    seenBy: HAND_OFF,
  },
  {
    guard: 'without key and look-up it is unknown, and not sent again',
    in: 'src/domain/handoff.ts',
    from: "if (kind.find) return 'find';\n  return 'unknown';",
    to: "if (kind.find) return 'find';\n  return 'send_again';",
    seenBy: HAND_OFF,
  },
  {
    guard: 'a path that can be read in two ways is covered by no scope',
    in: 'src/domain/scope.ts',
    from: 'segments.some(isAmbiguous) ? undefined : segments',
    to: 'segments',
    seenBy: ['test/unit/domain/scope.test.ts'],
  },
  {
    guard: 'a scope covers its own method only',
    in: 'src/domain/scope.ts',
    from: 'verb !== method || ',
    to: '',
    seenBy: ['test/unit/domain/scope.test.ts'],
  },
  {
    guard: 'guests decide nothing',
    in: 'src/domain/authorize.ts',
    from: 'if (standing) return standing;',
    to: "if (standing && person.standing !== 'guest') return standing;",
    seenBy: ['test/unit/domain/authorize.test.ts', 'test/unit/domain/who-may-decide.test.ts'],
  },
  {
    guard: 'what is undone is still as our write left it',
    in: 'src/domain/undo.ts',
    from: 'if (unchanged) return { may: true };',
    to: 'if (unchanged || now) return { may: true };',
    seenBy: ROLLBACK,
  },
];
