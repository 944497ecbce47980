/** Who proposes, and who decides in Slack; the yardsticks take the same signatures. */
export const SLACK = {
  signingSecret: '8f742231b10e8888abcd99yyyzzz85a5',
  botToken: 'xoxb-bench',
  team: 'T0ACMECORP1',
  approver: 'U0LEABRANDT',
} as const;

export const AGENT = {
  id: 'bench-agent',
  action: 'ledger.credit',
  key: `whsec_${Buffer.from('the-key-of-the-benchmarks-agent-0001').toString('base64')}`,
} as const;

export const LEDGER_TOKEN = 'ledger-token-of-the-benchmark-alone-0001';
