import { authorize } from '../../domain/authorize.ts';
import type { Person } from '../../domain/person.ts';
import { lookUpAudit, recordLook } from '../../lifecycle/look-up.ts';
import { type AuditRef, decodeAuditRef } from '../audit-ref.ts';
import { answerOf, lookingFor, tellAudit } from '../audit-story.ts';
import { sendCsv } from '../send-csv.ts';
import type { Session } from '../session.ts';
import { whoActs } from '../who-acts.ts';
import type { Click } from './click.ts';

interface Again {
  readonly ref: AuditRef;
  readonly person: Person;
  readonly page: number;
}

/** Earlier and Later under an answer: another page of the same, in its place. */
export async function turnAuditPage(session: Session, click: Click): Promise<void> {
  const again = await lookAgain(session, click);
  if (again) await click.replace(await tellAudit(session, again.ref, again.person, again.page));
}

/** **Share here**: the same page for everybody in the channel, with who shared it and without buttons; on record. */
export async function shareAudit(session: Session, click: Click): Promise<void> {
  const again = await lookAgain(session, click);
  if (!again) return;
  const { ref, person, page } = again;
  const looking = lookingFor(ref, person);
  const found = await lookUpAudit(session.context.database, looking);
  const channel = click.card?.channel ?? null;
  await recordLook(session.context.database, 'audit.shared', looking, { channel });
  await click.share(await answerOf(session, ref, found, { page, asked: undefined, sharedBy: person.name }));
}

/** **Send me CSV**. */
export async function sendAuditCsv(session: Session, click: Click): Promise<void> {
  const again = await lookAgain(session, click);
  if (again) await click.tell(await sendCsv(session, again.ref, again.person));
}

/** Whether they may is asked anew: the answer may have stood there for days. */
async function lookAgain(session: Session, click: Click): Promise<Again | undefined> {
  await click.ack();
  const [, page = '', asked = ''] = /^(\d{1,6}) (.*)$/s.exec(click.value) ?? [];
  const ref = decodeAuditRef(asked);
  const { person, groups } = await whoActs(session, click.by, { kind: 'audit' });
  const permission = authorize({ kind: 'audit' }, person, session.context.manifests, groups);
  if (permission.allowed && ref) return { ref, person, page: Number(page) };
  await click.tell(
    permission.allowed ? `Please ask again: ${session.command} audit 4471.` : permission.because,
  );
  return undefined;
}
