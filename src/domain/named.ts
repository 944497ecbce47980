import type { Manifests, Who } from './manifest.ts';

/** Everybody whom the manifests name, wherever; somebody who is named twice comes twice. */
export function everybodyNamed({ organisation, agents, systems, workflows }: Manifests): Who[] {
  const { operators, auditReaders } = organisation;
  return [
    ...operators,
    ...(auditReaders === 'everyone' ? [] : auditReaders),
    ...Object.values(agents).map(({ owner }) => owner),
    ...Object.values(systems).flatMap(({ owner, onCall, rollbackContact }) => [
      owner,
      onCall,
      rollbackContact,
    ]),
    ...Object.values(workflows).flatMap(({ owner, tiers }) => [
      owner,
      ...tiers.flatMap(({ approvers, review, escalate }) => [
        ...approvers,
        ...(review?.by ?? []),
        ...escalate.flatMap(({ add }) => add),
      ]),
    ]),
  ];
}

/** Handles of the user groups among them, each once. */
export function groupsNamed(manifests: Manifests): string[] {
  return [...new Set(everybodyNamed(manifests).flatMap((who) => (who.kind === 'group' ? [who.handle] : [])))];
}
