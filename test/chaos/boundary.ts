import type { Connector } from '../../src/connectors/connector.ts';

/** Where a process dies. `after_effect` is the parent's to bring about: the system has done it and never answers. */
export const BOUNDARIES = ['after_claim', 'after_begin', 'after_effect', 'after_answer'] as const;
export type Boundary = (typeof BOUNDARIES)[number];

/** The connector of a process that dies: `arrive` is called at the boundary, and never returns. */
export function dyingConnector(
  connector: Connector,
  boundary: Boundary,
  arrive: () => Promise<never>,
): Connector {
  return {
    ...connector,
    write: async (request, options) => {
      if (boundary === 'after_claim') await arrive();
      const answer = await connector.write(request, {
        ...options,
        start: async () => {
          const leaveBy = await options.start();
          if (boundary === 'after_begin' && leaveBy !== undefined) await arrive();
          return leaveBy;
        },
      });
      // One that was held up and never left is tried again: it has not come here yet.
      if (boundary === 'after_answer' && answer.kind === 'answered') await arrive();
      return answer;
    },
  };
}
