export const KINDS = ['org', 'system', 'agent', 'workflow'] as const;
export type Kind = (typeof KINDS)[number];

/** A manifest's kind is where it stands: `org.yml`, `systems/*.yml`, … */
export function kindOf(file: string): Kind | undefined {
  if (file === 'org.yml') return 'org';
  const folder = /^(system|agent|workflow)s\/[^/]+\.yml$/.exec(file)?.[1];
  return KINDS.find((kind) => kind === folder);
}
