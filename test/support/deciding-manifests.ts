import type { Manifests } from '../../src/domain/manifest.ts';
import { TEST_ENV, testManifests } from './context.ts';

/** The project's manifests, but refunds are decided by these tiers (and what else the workflow says). */
export function decidingManifests(
  workflow: string,
  options: { org?: string; irreversible?: boolean } = {},
): Manifests {
  return testManifests(TEST_ENV, (files) => {
    const text = (name: string) => files[name] ?? '';
    const head = text('workflows/refunds.yml').split(/^tiers:/m)[0] ?? '';
    const billingText = options.irreversible
      ? text('systems/billing.yml').replace(
          /^ {4}undo:[\s\S]*?(?=^ {2}\w|(?![\s\S]))/m,
          '    irreversible: it is gone\n',
        )
      : text('systems/billing.yml');
    const heads = head.replace(/^(budget|cumulative):[\s\S]*?(?=^\w|(?![\s\S]))/gm, '');
    return {
      ...files,
      'org.yml': `${text('org.yml').replace(/^floor:[\s\S]*?(?=^\w|(?![\s\S]))/m, '')}\n${options.org ?? ''}`,
      // Any number may wait.
      'agents/refund-agent.yml': text('agents/refund-agent.yml').replace(/^max_pending:.*\n/m, ''),
      // Nothing is on its way here when it is looked for.
      'systems/billing.yml': billingText.replace('settle: 2s', 'settle: 0s'),
      'workflows/refunds.yml': `${heads}${workflow}`,
    };
  });
}
