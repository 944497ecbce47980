import type { TourView } from './workspace/protocol.ts';

/** What a newcomer tries first. */
export function tour(botUrl: string, agentKey: string): TourView {
  return {
    steps: [
      {
        title: 'Approve a refund as Lea',
        text: 'The refund agent wants to give money back. Lea leads support: read the card, then approve it or reject it with a reason.',
        as: 'lea',
        channel: '#refund-approvals',
      },
      {
        title: 'Ask what happened, as the CFO',
        text: 'Chris asks what was done with account 4471: who proposed, who decided, what changed.',
        as: 'cfo',
        channel: '#agent-ops',
        prefill: '/agent audit 4471',
      },
      {
        title: 'Pull the kill switch',
        text: 'Lee is on call. From the moment the switch is acknowledged, no write starts. `/agent enable all` ends it; where approved writes wait, a second operator has to agree.',
        as: 'lee',
        channel: '#agent-ops',
        prefill: '/agent disable all because I am trying it out',
      },
    ],
    proposal: {
      url: `${botUrl}/v1/proposals`,
      headers: { authorization: `Bearer ${agentKey}`, 'content-type': 'application/json' },
      example: JSON.stringify(
        {
          action: 'billing.refund',
          input: { account: '4471', invoice: 'inv_9', amount: '1250.00' },
          reason: 'Charged twice, ticket 8841',
        },
        null,
        2,
      ),
    },
  };
}
