const STEPS = `    sla: 30m
    escalate:
      - { after: 15m, remind: true }
      - { after: 30m, add: [dana@acme.test] }
      - { after: 60m, add: [cfo@acme.test], page: true }
`;

/** The refunds' second tier with the times of the reference manifests; `steps` are its lines. */
export function withTimes(files: Record<string, string>, steps = STEPS): Record<string, string> {
  const name = 'workflows/refunds.yml';
  const text = files[name] ?? '';
  const tier = /( {4}approvers: \["@support-leads"\]\n)(?: {4}sla:.*\n)?(?: {4}escalate:.*\n(?: {6}.*\n)*)?/;
  if (!tier.test(text)) throw new Error('the refunds have no tier of the support leads');
  return { ...files, [name]: text.replace(tier, (_, approvers: string) => approvers + steps) };
}
