import { describeWho } from '../domain/manifest.ts';
import type { Drafts } from './drafts.ts';

/** What takes a second operator must not wait for somebody who is not there. */
export function checkPeople(drafts: Drafts): void {
  for (const { source, value } of drafts.org) {
    const people = new Set(value.operators.map(describeWho));
    const groups = value.operators.some((who) => who.kind === 'group');
    if (people.size < 2 && !groups) source.report(['operators'], 'must name two operators, or a group');
    const seen = new Set<string>();
    for (const [list, names] of (value.samePerson ?? []).entries()) {
      for (const [place, name] of names.map(describeWho).entries()) {
        if (seen.has(name)) source.report(['same_person', list, place], 'is named there already');
        seen.add(name);
      }
    }
    const named = value.cli.map(({ person }) => describeWho(person));
    for (const [index, name] of named.entries())
      if (named.indexOf(name) < index)
        source.report(['cli', index, 'person'], 'has a key in this list already');
  }
  for (const { source, value } of drafts.workflows) {
    for (const [index, tier] of value.tiers.entries()) {
      const at = ['tiers', index, 'approvers'];
      if (tier.decide === 'agent') {
        if (tier.approvers.length > 0) source.report(at, 'must be left out: here the agent decides');
        if (tier.review)
          source.report(['tiers', index, 'review'], 'must be left out: a review is of what a human decided');
        continue;
      }
      const people = tier.approvers.every((who) => who.kind !== 'group');
      if (people && tier.approvers.length > 0 && tier.approvals > tier.approvers.length) {
        source.report(['tiers', index, 'approvals'], 'asks for more people than may approve');
      }
      if (tier.approvers.length === 0) source.report(at, 'must name who may decide', 'error', 'key');
      for (const [place, who] of tier.approvers.entries()) {
        if (tier.decide !== 'named' || who.kind !== 'group') continue;
        source.report(
          [...at, place],
          'must be a person: this tier is decided by a person by name, never a group',
        );
      }
    }
  }
}
