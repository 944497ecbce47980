import { authorize } from '../domain/authorize.ts';
import { claimsIn } from '../domain/jws.ts';
import { startDrill } from '../lifecycle/start-drill.ts';
import { findDrill } from '../store/drills.ts';
import { type Answer, json } from './answer.ts';
import type { PersonCall } from './call.ts';
import type { Desk } from './door-options.ts';
import { drillBody, drilledBody, readSaid } from './person-body.ts';
import { problem } from './problem.ts';

/** `POST /v1/cli/drill`: ends in `startDrill`. It goes on by itself after the answer. */
export async function postDrill({ context }: Desk, call: PersonCall): Promise<Answer> {
  const said = readSaid(drillBody, call);
  if (!said.ok) return said.refusal;
  const groups = await call.groupsFor({ kind: 'drill' });
  const result = await startDrill(context, { ...said.value, person: call.person, groups });
  if (result.outcome === 'refused') return problem('refused', result.because);
  return json(202, { drills: result.drills.map((each) => ({ ...each })), running: [...result.running] });
}

/** `POST /v1/cli/drilled`: reads; how far a drill is, and its signed record. */
export async function postDrilled({ context }: Desk, call: PersonCall): Promise<Answer> {
  const said = readSaid(drilledBody, call);
  if (!said.ok) return said.refusal;
  const groups = await call.groupsFor({ kind: 'status' });
  const permission = authorize({ kind: 'status' }, call.person, context.manifests, groups);
  if (!permission.allowed) return problem('refused', permission.because);
  const drill = await findDrill(context.database, said.value.drill);
  if (!drill) return problem('no-such-drill', 'There is no such drill.');
  const { id, number, system, state, writes, passed, record } = drill;
  return json(200, {
    ...{ id, number, system, state, writes, passed, record },
    claims: record === null ? null : claimsIn(record),
  });
}
