import type { Act } from '../domain/authorize.ts';
import { disable, enable, type SwitchRefusal } from '../lifecycle/switch.ts';
import { type Answer, json } from './answer.ts';
import type { PersonCall } from './call.ts';
import type { Desk } from './door-options.ts';
import { disableBody, enableBody, readSaid } from './person-body.ts';
import { problem } from './problem.ts';

/** `POST /v1/cli/disable`: ends in `disable`. The answer comes once it holds. */
export async function postDisable({ context }: Desk, call: PersonCall): Promise<Answer> {
  const said = readSaid(disableBody, call);
  if (!said.ok) return said.refusal;
  const result = await disable(
    context,
    await switching(call, 'disable', said.value.scope),
    said.value.because,
  );
  if (result.outcome !== 'disabled') return refusalOf(result);
  const underWay = result.underWay.map(({ number, system, account, deadline }) => {
    return { number, system, account, deadline: deadline?.toISOString() ?? null };
  });
  return json(200, { outcome: 'disabled', scope: result.scope, under_way: underWay });
}

/** `POST /v1/cli/enable`: ends in `enable`. */
export async function postEnable({ context }: Desk, call: PersonCall): Promise<Answer> {
  const said = readSaid(enableBody, call);
  if (!said.ok) return said.refusal;
  const result = await enable(context, await switching(call, 'enable', said.value.scope));
  switch (result.outcome) {
    case 'enabled':
    case 'not_disabled':
      return json(200, result);
    case 'asked':
      return json(202, result);
    default:
      return refusalOf(result);
  }
}

async function switching(call: PersonCall, kind: 'disable' | 'enable', scope: string) {
  const act: Act = { kind };
  return { scope: scope.toLowerCase(), person: call.person, groups: await call.groupsFor(act) };
}

function refusalOf(refusal: SwitchRefusal): Answer {
  if (refusal.outcome === 'refused') return problem('refused', refusal.because);
  const { nearest, known } = refusal;
  return problem(
    'no-such-scope',
    `Nothing was changed.${nearest ? ` Did you mean ${nearest}?` : ''} What can be switched: ${known.join(', ')}.`,
    { known: [...known], nearest: nearest ?? null },
  );
}
