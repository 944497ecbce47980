import { postSigned, signedForm } from './signed-request.ts';

/** Who acts, by Slack's ids. */
export interface Actor {
  readonly id: string;
  readonly team: string;
}

export interface ActedCard {
  readonly channel: string;
  readonly ts: string;
  /** `<proposal>:<round>` */
  readonly value: string;
}

type Values = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What somebody does in Slack, as Slack signs and sends it to one process; it resolves when that has answered. */
export function slackActs(url: string, responseUrl: string) {
  const send = (payload: unknown) => postSigned(url, signedForm({ payload: JSON.stringify(payload) }));
  const by = ({ id, team }: Actor) => ({
    user: { id, username: id, name: id, team_id: team },
    team: { id: team, domain: 'acme' },
    trigger_id: '1.2.3',
    response_url: responseUrl,
  });
  const action = (actionId: string, value: string) => ({
    type: 'button',
    action_id: actionId,
    block_id: 'decide',
    value,
    text: { type: 'plain_text', text: actionId },
    action_ts: '1.1',
  });
  const view = (kind: string, card: ActedCard, values: Values, metadata?: string) => ({
    id: 'V0TABLE',
    type: 'modal',
    callback_id: kind,
    private_metadata: metadata ?? [card.channel, card.ts, card.value].join(' '),
    title: { type: 'plain_text', text: kind },
    blocks: [],
    state: { values },
  });
  return {
    /** A button on the card. */
    click: (who: Actor, actionId: string, { channel, ts, value }: ActedCard) =>
      send({
        type: 'block_actions',
        ...by(who),
        container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: false },
        channel: { id: channel, name: 'refund-approvals' },
        state: { values: {} },
        actions: [action(actionId, value)],
      }),
    /** A button in a window that was opened from the card. */
    clickInWindow: (who: Actor, actionId: string, card: ActedCard) =>
      send({
        type: 'block_actions',
        ...by(who),
        container: { type: 'view', view_id: 'V0TABLE' },
        view: view('details', card, {}),
        actions: [action(actionId, card.value)],
      }),
    submit: (who: Actor, kind: string, card: ActedCard, values: Values = {}, metadata?: string) =>
      send({ type: 'view_submission', ...by(who), view: view(kind, card, values, metadata) }),
  };
}
