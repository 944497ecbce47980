import type { AuditEvent } from '../domain/audit.ts';
import { liveNameOf } from '../domain/drill-names.ts';
import { isObject, type JsonObject } from '../domain/json.ts';
import { findEvent } from '../store/audit.ts';
import { findCheckpoint } from '../store/checkpoints.ts';
import { readSwitches } from '../store/switches.ts';
import { overridden, resolved, triedAgain } from './announce-acts.ts';
import { addressMessage } from './cards/address-message.ts';
import { disabledMessage, enableAskedMessage, enabledMessage } from './cards/alerts.ts';
import { checkpointMessage } from './cards/checkpoint-message.ts';
import type { SlackMessage } from './cards/message.ts';
import { breakerMessage } from './cards/system-messages.ts';
import { trustedMessage } from './cards/trust-messages.ts';
import { reportOf } from './deliver-rollback.ts';
import { byIn, textIn } from './event-data.ts';
import { postAt, takeTurn } from './post.ts';
import { postAlert } from './post-alert.ts';
import type { Posting } from './session.ts';
import { tellGivenUp } from './tell-given-up.ts';
import { RANK } from './turns.ts';
import { nobodyReached } from './unreachable-card.ts';

/**
 * Tells everybody in `alerts`: `switch:<place in that stream>`, `trust:<place in that stream>`, `systems:<place in that stream>`, `people:<place in that stream>`, `checkpoint:<size of the log>`,
 * `rollback:<id>` (its report), `resolved:<proposal>`, `outbox:` and `checklist:<place in that stream>`, `given_up:` (all that is), `unreachable:<proposal>:<place>`, `unshown:<proposal>:<place>:<code>` or `nobody:<proposal>`; behind `owner:` the last three are told to the workflow's owner directly.
 */
export async function deliverAnnouncement(posting: Posting, ref: string): Promise<void> {
  if (ref === 'given_up:') return tellGivenUp(posting);
  if (ref.startsWith('owner:')) return tellOwner(posting, ref.slice('owner:'.length));
  const message = await messageAbout(posting, ref);
  if (message) await postAlert(posting, message, ref.startsWith('switch:') ? RANK.switched : RANK.call);
}

async function messageAbout(posting: Posting, ref: string): Promise<SlackMessage | undefined> {
  const [about = '', rest = ''] = partsOf(ref);
  switch (about) {
    case 'unreachable':
    case 'unshown':
    case 'nobody':
      return (await nobodyReached(posting, about, rest))?.message;
    case 'checkpoint':
      return signed(posting, Number(rest));
    case 'systems':
      return aboutSystem(posting, Number(rest));
    case 'rollback':
      return reportOf(posting, rest);
    case 'resolved':
      return resolved(posting, rest);
    case 'outbox':
      return triedAgain(posting, Number(rest));
    case 'checklist':
      return overridden(posting, Number(rest));
    case 'trust':
      return trusted(posting, Number(rest));
    case 'people':
      return aboutPerson(posting, Number(rest));
    default:
      return switched(posting, Number(rest));
  }
}

function partsOf(ref: string): string[] {
  const at = ref.indexOf(':');
  return [ref.slice(0, at), ref.slice(at + 1)];
}

/** Only a person gets it: a group has no messages of its own, and is pinged in `alerts`. */
async function tellOwner(posting: Posting, ref: string): Promise<void> {
  const [about = '', rest = ''] = partsOf(ref);
  const found = await nobodyReached(posting, about, rest);
  const address = found && (await posting.addresses.find(found.owner));
  if (!found || address?.kind !== 'user') return;
  await postAt(posting, await takeTurn(posting, `@${address.id}`, RANK.call), found.message);
}

async function aboutSystem(posting: Posting, seq: number): Promise<SlackMessage | undefined> {
  const event = await findEvent(posting.context.database, 'systems', seq);
  if (!event) return undefined;
  return breakerMessage(
    event.system ?? '',
    event.type === 'system.breaker_opened',
    textIn(event.data, 'why'),
  );
}

async function trusted(posting: Posting, seq: number): Promise<SlackMessage | undefined> {
  const event = await findEvent(posting.context.database, 'trust', seq);
  return event && trustedMessage({ agent: event.agent ?? '', by: byIn(event.data.by) });
}

async function aboutPerson(posting: Posting, seq: number): Promise<SlackMessage | undefined> {
  const event = await findEvent(posting.context.database, 'people', seq);
  if (!event) return undefined;
  const { type, data } = event;
  const account = { slack: textIn(data, 'slack'), email: textIn(data, 'email').replace('email:', '') };
  return addressMessage({
    ...account,
    name: textIn(data, 'name'),
    isTaken: type === 'person.address_claimed',
  });
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
  // A drill tells of itself, in one place.
  if (liveNameOf(scope) !== undefined) return undefined;
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
