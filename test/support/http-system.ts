import type { Connector } from '../../src/connectors/connector.ts';
import { createHttpConnector } from '../../src/connectors/http.ts';
import type { Resolve } from '../../src/connectors/pinned-connect.ts';
import type { HttpConnector } from '../../src/domain/connector-config.ts';
import type { System } from '../../src/domain/manifest.ts';

export const SECRET = 'sk_live_5e2b77aa';
export const OLD_SECRET = 'sk_live_old_31bc';

interface Around {
  readonly read?: readonly string[];
  readonly write?: readonly string[];
  readonly secretOf?: () => string;
  /** Two: one is being rotated out. */
  readonly secrets?: readonly string[];
  readonly resolve?: Resolve;
}

/** The connector of a billing system on loopback; only what matters is named. */
export function httpSystem(connector: Partial<HttpConnector>, around: Around = {}): Connector {
  const secrets = around.secrets ?? [SECRET];
  const who = { kind: 'email', email: 'dana@acme.test' } as const;
  const config: HttpConnector = {
    ...{ type: 'http', baseUrl: 'http://127.0.0.1:9', allowPrivate: true, timeoutMs: 5_000 },
    headers: { authorization: 'Bearer ${secret}' },
    idempotencyHeader: 'Idempotency-Key',
    ...connector,
  };
  const system: System = {
    ...{ id: 'billing', title: 'Billing ledger', kind: 'system_of_record', onConflict: '', actions: {} },
    ...{ owner: who, onCall: who, rollbackContact: who, connector: config, rate: undefined, closed: [] },
    read: { accounts: around.read ?? ['GET /accounts/*'] },
    write: { refunds: around.write ?? ['POST /refunds'], other: ['POST /other'] },
    credential: {
      ...{ account: 'svc-billing', lastRotated: undefined, rotateEveryMs: undefined },
      secrets: secrets.map((_, index) => ({ file: String(index) })),
    },
  };
  return createHttpConnector({
    system,
    config,
    secretOf: around.secretOf ?? ((ref) => ('file' in ref && secrets[Number(ref.file)]) || ''),
    ...(around.resolve ? { resolve: around.resolve } : {}),
  });
}

export const look = { method: 'GET', path: '/accounts/7', body: undefined } as const;
export const refund = { method: 'POST', path: '/refunds', body: { amount: '20.00' } };
/** Lets a write leave whenever it likes: here the connector is looked at alone. */
export const atOnce = async (): Promise<number> => Number.POSITIVE_INFINITY;

export const asRefund = { key: 'exe_1', scope: 'refunds', receipt: 'a.b.c', start: atOnce };
