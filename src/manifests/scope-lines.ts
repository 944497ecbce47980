import type { ConnectorConfig } from '../domain/connector-config.ts';
import { BY_HAND } from '../domain/scope.ts';

interface Form {
  readonly pattern: RegExp;
  readonly otherwise: string;
}

const FORMS: Record<ConnectorConfig['type'], Form> = {
  http: {
    pattern: /^(GET|POST|PUT|PATCH|DELETE) (\/|(\/(\*|(?!\.\.?(\/|$))[A-Za-z0-9\-._~]+))+)$/,
    otherwise: 'must be a request such as GET /accounts/* (* is one segment; no query)',
  },
  mcp: { pattern: /^[A-Za-z0-9_.-]{1,128}$/, otherwise: 'must be the name of a tool such as get_customer' },
  queue: {
    pattern: /^[a-z0-9]+([.-][a-z0-9_-]+)+$/i,
    otherwise: 'must be the type of an event such as com.acme.fulfilment.hold',
  },
  manual: { pattern: new RegExp(`^${BY_HAND}$`), otherwise: `must be "${BY_HAND}": a person writes` },
};

/** What is wrong with a line of a scope; undefined: nothing. */
export function wrongWithLine(type: ConnectorConfig['type'], line: string): string | undefined {
  const { pattern, otherwise } = FORMS[type];
  return pattern.test(line) ? undefined : otherwise;
}
