import { setTimeout as delay } from 'node:timers/promises';
import { openingLength, type ScriptedRefund, script } from './demo-agent-script.ts';

const requestTimeoutMs = 15_000;

export type DemoAgent = {
  /** Resolves when it has fallen quiet: enough proposed, the script at its end, its key refused, or stopped. */
  finished: Promise<void>;
  stop(): Promise<void>;
};

/**
 * A support agent that asks for refunds, over the same door as anybody's. It proposes every line of its script under
 * a key that stays the same between runs: what an earlier run proposed is answered with 200 and passed over.
 */
export function startDemoAgent(options: {
  /** Of the bot. */
  url: string;
  key: string;
  log: (line: string) => void;
  /** How many new proposals until it falls quiet. */
  rounds?: number;
  /** Between the first few; later ones come six times as slowly. */
  everyMs?: number;
}): DemoAgent {
  const { rounds = 15, everyMs = 7_000 } = options;
  const stopping = new AbortController();
  const bot = { ...options, everyMs, signal: stopping.signal };
  const run = async () => {
    let proposed = 0;
    for (const line of script) {
      const status = await propose(bot, line);
      if (status === 401) return;
      if (status !== 202) continue;
      proposed += 1;
      if (proposed === rounds) return;
      await delay(proposed < openingLength ? everyMs : 6 * everyMs, undefined, { signal: stopping.signal });
    }
  };
  const finished = run().catch((error: unknown) => {
    if (!stopping.signal.aborted) options.log(`Demo agent stops: ${String(error)}`);
  });
  return {
    finished,
    stop: () => {
      stopping.abort();
      return finished;
    },
  };
}

type Bot = { url: string; key: string; log: (line: string) => void; everyMs: number; signal: AbortSignal };

/** Asks until there is an answer that asking again would not change. The same key makes that safe. */
async function propose(bot: Bot, line: ScriptedRefund): Promise<number> {
  let waitMs = bot.everyMs / 14;
  let told = '';
  for (;;) {
    const reply = await post(bot, line);
    const wait = reasonToWait(reply);
    if (wait === undefined) {
      bot.log(describe(line, reply));
      return reply.status;
    }
    if (wait !== told) bot.log(`Demo agent waits: ${wait}.`);
    told = wait;
    await delay(reply.retryAfterMs ?? waitMs, undefined, { signal: bot.signal });
    waitMs = Math.min(waitMs * 2, bot.everyMs * 1.5);
  }
}

/** `status` 0: there was no answer. */
type Reply = { status: number; body: Record<string, unknown>; retryAfterMs?: number };

async function post(bot: Bot, line: ScriptedRefund): Promise<Reply> {
  const { ticket, account, invoice, amount, reason } = line;
  try {
    const response = await fetch(new URL('/v1/proposals', bot.url), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${bot.key}`,
        'content-type': 'application/json',
        'idempotency-key': `demo-ticket-${ticket}`,
      },
      body: JSON.stringify({
        action: 'billing.refund',
        input: { account, invoice, amount },
        reason,
        evidence: [{ title: `Ticket ${ticket}`, url: `https://support.acme.test/tickets/${ticket}` }],
        metadata: { thread: `support-${ticket}` },
      }),
      signal: AbortSignal.any([bot.signal, AbortSignal.timeout(requestTimeoutMs)]),
    });
    const retryAfter = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
    return {
      status: response.status,
      body: asObject(await response.json().catch(() => undefined)),
      ...(retryAfter >= 0 ? { retryAfterMs: retryAfter * 1000 } : {}),
    };
  } catch {
    bot.signal.throwIfAborted();
    return { status: 0, body: {} };
  }
}

function reasonToWait({ status }: Reply): string | undefined {
  if (status === 0) return 'the bot does not answer';
  if (status === 423) return 'a kill switch is on';
  if (status === 429) return 'it has proposed too much';
  return status >= 500 ? `the bot is not ready (${status})` : undefined;
}

function describe(line: ScriptedRefund, { status, body }: Reply): string {
  const what = `refund ${line.amount} of ${line.invoice}, account ${line.account}`;
  switch (status) {
    case 202:
      return `Demo agent proposed #${String(body.number)}: ${what}.`;
    case 200:
      return `Demo agent had proposed #${String(body.number)} before: ${what}.`;
    case 401:
      return 'Demo agent stops: the bot does not know its key.';
    default:
      return `Demo agent was refused (${status}): ${what}. ${typeof body.detail === 'string' ? body.detail : ''}`.trim();
  }
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
