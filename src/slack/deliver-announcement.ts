import type { AuditEvent } from '../domain/audit.ts';
import { isObject, type Json, type JsonObject } from '../domain/json.ts';
import type { SwitchedBy } from '../domain/switches.ts';
import { findEvent } from '../store/audit.ts';
import { findCheckpoint } from '../store/checkpoints.ts';
import { readSwitches } from '../store/switches.ts';
import { disabledMessage, enableAskedMessage, enabledMessage } from './cards/alerts.ts';
import { checkpointMessage } from './cards/checkpoint-message.ts';
import type { SlackMessage } from './cards/message.ts';
import { postAlert } from './post-alert.ts';
import type { Posting } from './session.ts';
import { unreachableCard } from './unreachable-card.ts';

/** Tells everybody in `alerts`: `switch:<place in that stream>`, `unreachable:<proposal>`, or `checkpoint:<size of the log>`. */
export async function deliverAnnouncement(posting: Posting, ref: string): Promise<void> {
  const [about, rest = ''] = ref.split(':');
  const message = await messageAbout(posting, about, rest);
  if (message) await postAlert(posting, message);
}

async function messageAbout(
  posting: Posting,
  about: string | undefined,
  rest: string,
): Promise<SlackMessage | undefined> {
  if (about === 'unreachable') return unreachableCard(posting, rest);
  return about === 'checkpoint' ? signed(posting, Number(rest)) : switched(posting, Number(rest));
}

async function signed({ context }: Posting, size: number): Promise<SlackMessage | undefined> {
  const head = await findCheckpoint(context.database, size);
  return head && checkpointMessage({ ...head, isKeyInDatabase: head.inDatabase });
}

async function switched(posting: Posting, seq: number): Promise<SlackMessage | undefined> {
  const event = await findEvent(posting.context.database, 'switch', seq);
  if (!event) throw new Error(`the stream switch has no event ${seq}`);
  return messageOf(posting, event);
}

async function messageOf(posting: Posting, { type, data }: AuditEvent): Promise<SlackMessage | undefined> {
  const scope = textIn(data, 'scope');
  const by = byIn(data.by);
  switch (type) {
    case 'switch.disabled': {
      const reason = textIn(data, 'reason') || null;
      return disabledMessage({ scope, by, reason, underWay: underWayIn(data), command: posting.command });
    }
    case 'switch.enabled':
      return enabledMessage({ scope, by, askedBy: isObject(data.asked_by) ? byIn(data.asked_by) : null });
    case 'switch.enable_asked': {
      // Confirmed or switched off anew before it could be posted: nobody has to press anything any more.
      const { asked } = await readSwitches(posting.context.database);
      return asked[scope] ? enableAskedMessage({ scope, by, because: textIn(data, 'because') }) : undefined;
    }
    default:
      throw new Error(`nothing is announced of ${type}`);
  }
}

function textIn(data: JsonObject, name: string): string {
  const value = data[name];
  return typeof value === 'string' ? value : '';
}

function byIn(by: Json | undefined): SwitchedBy {
  const data = isObject(by) ? by : {};
  return { principal: textIn(data, 'principal'), id: textIn(data, 'id'), name: textIn(data, 'name') };
}

function underWayIn(
  data: JsonObject,
): { number: number; system: string; account: string; deadline: Date | null }[] {
  const rows = Array.isArray(data.under_way) ? data.under_way.filter(isObject) : [];
  return rows.map((row) => ({
    number: Number(row.number),
    system: textIn(row, 'system'),
    account: textIn(row, 'account'),
    deadline: typeof row.until === 'string' ? new Date(row.until) : null,
  }));
}
