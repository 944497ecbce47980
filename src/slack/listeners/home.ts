import type { ViewResponseAction } from '@slack/bolt';
import { createSharedCall } from '../../store/shared-call.ts';
import { fullCardViewOf } from '../card-view-of.ts';
import { bulkModal } from '../cards/bulk-modal.ts';
import type { CardView } from '../cards/card-view.ts';
import { buttonValue } from '../cards/card-view.ts';
import { detailsModal } from '../cards/details-modal.ts';
import { noticeModal } from '../cards/notice.ts';
import { homeView } from '../cards/queue.ts';
import { shapesOf } from '../cards/shapes.ts';
import { withPast } from '../copy-for.ts';
import { queueOf } from '../queue-of.ts';
import type { Session } from '../session.ts';
import { ask } from '../web.ts';
import { type CardRef, encodeCardRef, HOME } from './card-ref.ts';
import type { Click, Clicker } from './click.ts';
import { decideOn } from './decide-on.ts';
import { lookAtCard } from './look-at-card.ts';
import type { Submission } from './submission.ts';

const publishers = new WeakMap<Session, (key: string) => Promise<void>>();

/**
 * Publishes what waits for somebody into their App Home. Of several who ask for the same at once only the newest state is published,
 * one after the other.
 */
export async function publishHome(session: Session, by: Clicker, page = 0): Promise<void> {
  const publish =
    publishers.get(session) ??
    createSharedCall((key: string) => {
      const [teamId = '', userId = '', at = '0'] = key.split(' ');
      return publishNow(session, { teamId, userId }, Number(at));
    });
  publishers.set(session, publish);
  await publish(`${by.teamId} ${by.userId} ${page}`);
}

async function publishNow(session: Session, by: Clicker, page: number): Promise<void> {
  const queue = await queueOf(session, by);
  const view = homeView({ ...queue, timezone: queue.person.timezone }, page);
  await ask(session.web.views.publish({ user_id: by.userId, view }));
}

export async function turnPage(session: Session, click: Click): Promise<void> {
  await click.ack();
  await publishHome(session, click.by, Number(click.value) || 0);
}

/** The full details of one, from which it is decided. */
export async function lookFromHome(session: Session, click: Click): Promise<void> {
  await click.ack();
  const look = await lookAtCard(session, refOf(click.value));
  if (look.outcome === 'refused') return open(session, click, noticeModal('Look again', look.because));
  const full = await withPast(session.context, await fullCardViewOf(session.context, look.act.proposal));
  const view: CardView = full.proposal.state === 'pending' ? full : { ...full, stage: 'review' };
  await open(session, click, detailsModal(view, encodeCardRef(look.card)));
}

/** Opens the window in which several are approved together. */
export async function openBulk(session: Session, click: Click): Promise<void> {
  await click.ack();
  const views = await shapeOf(session, click.by, click.value);
  const none = noticeModal('Look again', 'They are not there to be approved together any more.');
  await open(
    session,
    click,
    views.length > 0 ? bulkModal(views, views, metadataOf(click.value, views)) : none,
  );
}

/** Somebody took one out or in: the total is another. */
export async function pickBulk(session: Session, click: Click): Promise<void> {
  await click.ack();
  const { action, values } = readMetadata(click.metadata);
  const views = (await shapeOf(session, click.by, action)).filter((view) =>
    values.includes(buttonValue(view)),
  );
  const picked = views.filter((view) => click.chosen.includes(buttonValue(view)));
  if (!click.viewId || views.length === 0) return;
  await ask(
    session.web.views.update({ view_id: click.viewId, view: bulkModal(views, picked, click.metadata) }),
  );
}

/** Each is a decision of its own, on its own digest; what is no more as it was listed is left out and said. */
export async function approveBulk(session: Session, submission: Submission): Promise<ViewResponseAction> {
  const { values } = readMetadata(submission.metadata);
  const chosen = submission.chosenOf('picked', 'picked').filter((value) => values.includes(value));
  const confirmation = { how: 'dialog' } as const;
  const results = await Promise.all(
    chosen.map((value) =>
      decideOn(session, refOf(value), submission.by, { verdict: 'approved', confirmation }),
    ),
  );
  const done = results.flatMap((each) => (each.outcome === 'refused' ? [] : [`#${each.proposal.number}`]));
  const refused = results.flatMap((each) => (each.outcome === 'refused' ? [each.because] : []));
  const text = [done.length > 0 ? `Approved: ${done.join(', ')}.` : 'Nothing was approved.', ...refused].join(
    ' ',
  );
  return { response_action: 'update', view: noticeModal('Approve together', text) };
}

async function shapeOf(session: Session, by: Clicker, action: string): Promise<readonly CardView[]> {
  const { decide } = await queueOf(session, by);
  return shapesOf(decide.views).find((shape) => shape.action === action)?.views ?? [];
}

function refOf(value: string): CardRef {
  return { channel: HOME, ts: '0', value, isOpened: true };
}

/** Which were listed: only those can be approved by it. */
function metadataOf(action: string, views: readonly CardView[]): string {
  return [action, ...views.map(buttonValue)].join(' ');
}

function readMetadata(text: string): { action: string; values: readonly string[] } {
  const [action = '', ...values] = text.split(' ');
  return { action, values };
}

/** A Home can't be replaced by a window. */
async function open({ web }: Session, click: Click, view: ReturnType<typeof detailsModal>): Promise<void> {
  await ask(web.views.open({ trigger_id: click.triggerId, view }));
}
