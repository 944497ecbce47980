import { afterEach, expect, it } from 'vitest';
import type { Connector } from '../../src/connectors/connector.ts';
import type { RenderedRequest } from '../../src/domain/envelope.ts';
import type { Answer } from '../../src/domain/handoff.ts';
import { atOnce } from './http-system.ts';

/** How the system behind a connector behaves. A kind of system that can't behave so leaves it out of its harness. */
export type Behaviour =
  | 'works'
  /** Nobody is there. */
  | 'away'
  /** Takes the request and never answers. */
  | 'silent'
  /** Takes the request and hangs up. */
  | 'hangs_up'
  /** Answers without an end, as fast as it can. */
  | 'floods'
  /** Answers one byte now and then, for ever. */
  | 'drips'
  /** Answers what is nothing. */
  | 'babbles'
  /** Answers with the credential that it was shown. */
  | 'reflects';

export interface Scene {
  readonly connector: Connector;
  /** A look that the `read` lines cover. */
  readonly look: RenderedRequest;
  /** A write that `scope` covers. */
  readonly write: RenderedRequest;
  readonly scope: string;
  /** Another scope of the same system, which does not cover `write`. */
  readonly otherScope: string;
  readonly secret: string;
  /** The keys of the requests that reached the system, in order; undefined where one had none. */
  readonly received: () => readonly (string | undefined)[];
  readonly close: () => Promise<void>;
}

export interface Harness {
  /** The system takes no idempotency key. */
  readonly keyless?: true;
  /** What it takes at most until the system can be called, on top of the time that a fact names. */
  readonly startsInMs?: number;
  /** A fresh connector with `timeoutMs` before a fresh system. */
  readonly open: Readonly<Partial<Record<Behaviour, (timeoutMs: number) => Promise<Scene>>>>;
}

const SENT_KEY = 'exe_01hzy';

/** The facts that are true of every connector. To be called inside a `describe`. */
export function describesConnector(harness: Harness): void {
  const { startsInMs = 0 } = harness;
  const KEY = harness.keyless ? undefined : SENT_KEY;
  const scenes: Scene[] = [];
  afterEach(async () => {
    for (const scene of scenes.splice(0)) {
      await scene.connector.close();
      await scene.close();
    }
  });

  const fact = (
    behaviour: Behaviour,
    title: string,
    timeoutMs: number,
    check: (scene: Scene) => Promise<void>,
  ) => {
    const open = harness.open[behaviour];
    it.runIf(open)(title, { timeout: 5_000 + 4 * startsInMs }, async () => {
      const scene = await open?.(timeoutMs);
      if (!scene) throw new Error('the harness opened nothing');
      scenes.push(scene);
      await check(scene);
    });
  };
  const write = ({ connector, write: request, scope }: Scene) =>
    connector.write(request, { key: SENT_KEY, scope, receipt: 'a.b.c', start: atOnce });

  fact('works', 'a look is answered', 5_000, async (scene) => {
    expect(await scene.connector.read(scene.look)).toMatchObject({ kind: 'answered', status: 200 });
    expect(scene.received()).toHaveLength(1);
  });

  fact('works', 'a write arrives once, under its key', 5_000, async (scene) => {
    expect(await write(scene)).toMatchObject({ kind: 'answered' });
    expect(scene.received()).toEqual([KEY]);
  });

  fact('works', 'a write is not a look, and nothing of it leaves', 5_000, async (scene) => {
    expect(await scene.connector.read(scene.write)).toMatchObject({ kind: 'not_sent', permanent: true });
    expect(scene.received()).toEqual([]);
  });

  fact('works', 'a look is not a write, and nothing of it leaves', 5_000, async (scene) => {
    const { connector, look, scope } = scene;
    expect(
      await connector.write(look, { key: SENT_KEY, scope, receipt: 'a.b.c', start: atOnce }),
    ).toMatchObject({
      kind: 'not_sent',
      permanent: true,
    });
    expect(scene.received()).toEqual([]);
  });

  fact('works', 'a write that is not let through does not leave', 5_000, async (scene) => {
    const { connector, write: request, scope } = scene;
    const refused = await connector.write(request, {
      key: SENT_KEY,
      scope,
      receipt: 'a.b.c',
      start: async () => undefined,
    });
    expect(refused).toMatchObject({ kind: 'not_sent', permanent: false });
    const late = await connector.write(request, {
      key: SENT_KEY,
      scope,
      receipt: 'a.b.c',
      start: async () => performance.now() - 1,
    });
    expect(late).toMatchObject({ kind: 'not_sent', permanent: false });
    expect(scene.received()).toEqual([]);
  });

  fact('works', 'a write leaves under no scope but its own', 5_000, async (scene) => {
    for (const scope of [scene.otherScope, 'unheard_of', '', 'constructor', '__proto__', 'toString']) {
      const answer = await scene.connector.write(scene.write, {
        key: SENT_KEY,
        scope,
        receipt: 'a.b.c',
        start: atOnce,
      });
      expect(answer, scope).toMatchObject({ kind: 'not_sent', permanent: true });
    }
    expect(scene.received()).toEqual([]);
  });

  fact('works', 'the longest time of a call is at most 30 s', 90_000, async ({ connector }) => {
    expect(connector.timeoutMs).toBeGreaterThan(0);
    expect(connector.timeoutMs).toBeLessThanOrEqual(30_000);
  });

  fact('works', 'after it is closed, which may be done twice, nothing leaves', 5_000, async (scene) => {
    await Promise.all([scene.connector.close(), scene.connector.close()]);
    expect(await write(scene)).toMatchObject({ kind: 'not_sent', permanent: false });
    expect(scene.received()).toEqual([]);
  });

  fact('works', 'a call in hand is answered while it is closed', 5_000, async (scene) => {
    const answer = write(scene);
    await scene.connector.close();
    expect(await answer).toMatchObject({ kind: 'answered' });
  });

  fact('away', 'what could not be sent may be sent again', 2_000, async (scene) => {
    expect(await scene.connector.read(scene.look)).toMatchObject({ kind: 'not_sent', permanent: false });
    expect(await write(scene)).toMatchObject({ kind: 'not_sent', permanent: false });
  });

  fact('silent', 'a write that is not answered is lost, in its time', 300, async (scene) => {
    expect(await within(1_000 + startsInMs, write(scene))).toMatchObject({ kind: 'lost' });
    expect(scene.received()).toEqual([KEY]);
  });

  fact('hangs_up', 'a write that is cut off is lost and not sent again', 2_000, async (scene) => {
    expect(await write(scene)).toMatchObject({ kind: 'lost' });
    expect(scene.received()).toEqual([KEY]);
  });

  for (const behaviour of ['floods', 'drips'] as const) {
    fact(behaviour, `a look at a system that ${behaviour} shows nothing`, 500, async (scene) => {
      expect(await within(1_500 + startsInMs, scene.connector.read(scene.look))).toMatchObject({
        kind: 'lost',
      });
    });
    fact(behaviour, `a write to a system that ${behaviour} is not held to be undone`, 500, async (scene) => {
      const answer = await within(1_500 + startsInMs, write(scene));
      expect(answer.kind).not.toBe('not_sent');
      if (answer.kind === 'answered') expect(answer).toMatchObject({ status: 200, body: null });
      expect(scene.received()).toEqual([KEY]);
    });
  }

  fact('babbles', 'a look that can not be understood shows nothing', 2_000, async (scene) => {
    expect(await scene.connector.read(scene.look)).toMatchObject({ kind: 'lost' });
  });

  fact('reflects', 'no answer holds the credential', 2_000, async (scene) => {
    const answers = [await scene.connector.read(scene.look), await write(scene)];
    expect(answers).toMatchObject([{ kind: 'answered' }, { kind: 'answered' }]);
    expect(JSON.stringify(answers)).toContain('[secret]');
    expect(JSON.stringify(answers)).not.toContain(scene.secret);
  });
}

async function within(ms: number, answer: Promise<Answer>): Promise<Answer> {
  const from = performance.now();
  const given = await answer;
  expect(performance.now() - from).toBeLessThan(ms);
  return given;
}
