import type { App, BlockAction, ViewResponseAction } from '@slack/bolt';
import { loggable } from '../../logger.ts';
import { keepReply } from '../../store/delivery.ts';
import { noticeModal } from '../cards/notice.ts';
import { queueModal } from '../cards/queue.ts';
import { runCommand } from '../commands/run-command.ts';
import { queueOf } from '../queue-of.ts';
import type { Session } from '../session.ts';
import { ask } from '../web.ts';
import { approve, approveConfirmed, approveDetails } from './approve.ts';
import { sendAuditCsv, shareAudit, turnAuditPage } from './audit.ts';
import { HOME } from './card-ref.ts';
import { answering, type Click, clickOf } from './click.ts';
import { confirmEnabling } from './confirm-enable.ts';
import { confirmRollingBack } from './confirm-rollback.ts';
import { showDetails } from './details.ts';
import { sendFullPlan } from './full-plan.ts';
import { approveBulk, lookFromHome, openBulk, pickBulk, publishHome, turnPage } from './home.ts';
import { askForEvidence, sayDone, sayNotDone } from './manual.ts';
import { amendIt, ask as askAgent, handItOver, openAmend, openAsk, openHandOver } from './more.ts';
import { LATER_USES } from './recording.ts';
import { askWhyNot, reject } from './reject.ts';
import { resolveByButton } from './resolve.ts';
import { retryGivenUp } from './retry.ts';
import { agree, askWhatIsWrong, object } from './review.ts';
import { sentenceOf } from './sentence-of.ts';
import { turnShowPage } from './show.ts';
import { type Submission, submissionOf } from './submission.ts';
import { takeApprovalBack } from './take-back.ts';

const CLICKS: Readonly<Record<string, (session: Session, click: Click) => Promise<void>>> = {
  approve,
  reject: askWhyNot,
  details: showDetails,
  ask: openAsk,
  amend: openAmend,
  hand_over: openHandOver,
  look: lookFromHome,
  page: turnPage,
  bulk: openBulk,
  picked: pickBulk,
  agree,
  object: askWhatIsWrong,
  take_back: takeApprovalBack,
  manual_done: askForEvidence,
  manual_failed: askForEvidence,
  confirm_enable: confirmEnabling,
  confirm_rollback: confirmRollingBack,
  full_plan: sendFullPlan,
  audit_page: turnAuditPage,
  audit_share: shareAudit,
  audit_csv: sendAuditCsv,
  show_page: turnShowPage,
  retry: retryGivenUp,
  resolve_happened: resolveByButton,
  resolve_not_happened: resolveByButton,
};

const SUBMISSIONS: Readonly<
  Record<string, (session: Session, submission: Submission) => Promise<ViewResponseAction>>
> = {
  reject,
  details: approveDetails,
  confirm: approveConfirmed,
  bulk: approveBulk,
  ask: askAgent,
  amend: amendIt,
  hand_over: handItOver,
  manual_done: sayDone,
  manual_failed: sayNotDone,
  object,
};

/**
 * Everything that comes from Slack ends here. One listener a kind, with a table behind it: of several patterns that match, Bolt
 * would run all, and what matches none would be left without an answer.
 */
export function registerListeners(app: App, session: Session): void {
  refuseOtherApps(app, session);
  app.action<BlockAction>(/.*/, async ({ body, ack, respond }) => {
    const click = clickOf(session, { body, ack: () => ack(), respond });
    const listener = CLICKS[click.actionId.replace(/:.*/, '')] ?? unknownClick;
    await Promise.all([
      answering(session, click, () => listener(session, click)),
      keepReplyOf(session, click),
    ]);
  });
  registerWindows(app, session);
  app.command(/.*/, async ({ command, ack, respond }) => runCommand(session, { command, ack, respond }));
  registerQueue(app, session);
  for (const gone of ['app_uninstalled', 'tokens_revoked']) {
    app.event(gone, async () => session.context.log.error({ event: gone }, 'slack.access_lost'));
  }
}

/** What becomes of a clicked card is shown without a call of the Web API, of which there are few. */
async function keepReplyOf({ context }: Session, { card, replyUrl: url }: Click): Promise<void> {
  if (!card || !url) return;
  const { channel, ts } = card;
  await keepReply(context.database, { channel, ts, url, uses: LATER_USES }).catch((error: unknown) =>
    context.log.warn({ err: loggable(error) }, 'slack.reply_not_kept'),
  );
}

/** An old card, or a newer version of us beside this one: never nothing. */
async function unknownClick(session: Session, click: Click): Promise<void> {
  session.context.log.warn({ action: click.actionId }, 'slack.unknown_click');
  await click.ack();
  await click.tell(
    `I don’t know that button, and nothing was done. ${session.command} help lists what I know.`,
  );
}

/** Two apps that share a signing secret by mistake must not decide for each other. */
function refuseOtherApps(app: App, { me }: Session): void {
  app.use(async ({ body, next }) => {
    const theirs = 'api_app_id' in body ? body.api_app_id : undefined;
    if (me.appId !== undefined && theirs !== undefined && theirs !== me.appId) {
      throw new Error('a payload of another app was refused');
    }
    await next();
  });
}

function registerWindows(app: App, session: Session): void {
  app.view(/.*/, async ({ body, view, ack }) => {
    if (body.type !== 'view_submission') return ack();
    const kind = view.callback_id;
    const run = SUBMISSIONS[kind];
    try {
      if (run) await answerSubmission(session, submissionOf(body), run, (answer) => ack(answer));
      else await ack();
    } catch (error) {
      session.context.log.error({ window: kind, err: loggable(error) }, 'slack.submission_failed');
      await ack({ response_action: 'update', view: noticeModal('Not sure', sentenceOf(error)) });
    }
  });
}

/** What was decided from App Home is gone from it. */
async function answerSubmission(
  session: Session,
  submission: Submission,
  run: NonNullable<(typeof SUBMISSIONS)[string]>,
  ack: (answer: ViewResponseAction) => Promise<void>,
): Promise<void> {
  await ack(await run(session, submission));
  if (submission.card?.channel !== HOME && submission.kind !== 'bulk') return;
  await publishHome(session, submission.by).catch((error: unknown) =>
    session.context.log.warn({ err: loggable(error) }, 'slack.home_failed'),
  );
}

/** App Home and the shortcut: what waits for who looks. */
function registerQueue(app: App, session: Session): void {
  const { me, web, context } = session;
  app.event('app_home_opened', async ({ event, body }) => {
    if (event.tab !== 'home') return;
    try {
      await publishHome(session, { teamId: body.team_id ?? me.teamId, userId: event.user });
    } catch (error) {
      context.log.warn({ err: loggable(error) }, 'slack.home_failed');
    }
  });
  app.shortcut(/.*/, async ({ body, ack }) => {
    await ack();
    const by = { teamId: body.user.team_id ?? body.team?.id ?? '', userId: body.user.id };
    const view = await queueOf(session, by).then(queueModal, (error: unknown) =>
      noticeModal('Not sure', sentenceOf(error)),
    );
    await ask(web.views.open({ trigger_id: body.trigger_id, view })).catch((error: unknown) =>
      context.log.warn({ err: loggable(error) }, 'slack.queue_failed'),
    );
  });
}
