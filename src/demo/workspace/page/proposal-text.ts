import type { TourView } from '../protocol.ts';
import { asList, asLoose, asText } from './loose-json.ts';

export interface ProposalDraft {
  readonly action: string;
  readonly account: string;
  readonly invoice: string;
  readonly amount: string;
  readonly reason: string;
}

/** The fields of the form, from the example that the workspace was given. */
export function readDraft(example: string): ProposalDraft {
  const body = asLoose(parse(example));
  const input = asLoose(body.input);
  const field = (name: string) =>
    asText(input[name]) || (typeof input[name] === 'number' ? String(input[name]) : '');
  return {
    action: asText(body.action) || 'billing.refund',
    account: field('account'),
    invoice: field('invoice'),
    amount: field('amount'),
    reason: asText(body.reason),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** The body to post. Fields of the example's input that the form does not show stay as they are. */
export function writeBody(example: string, draft: ProposalDraft): string {
  const before = asLoose(parse(example));
  const { action, account, invoice, amount, reason } = draft;
  const input = { ...asLoose(before.input), account, invoice, amount };
  return JSON.stringify({ ...before, action, input, reason }, null, 2);
}

/** The same as a line for a shell, quoted so that an apostrophe in the reason survives. */
export function writeCurl(target: NonNullable<TourView['proposal']>, body: string): string {
  const quote = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const headers = Object.entries(target.headers).map(([name, value]) => `  -H ${quote(`${name}: ${value}`)}`);
  const compact = JSON.stringify(parse(body));
  return [`curl -sS ${quote(target.url)}`, ...headers, `  -d ${quote(compact)}`].join(' \\\n');
}

/** An answer of the app's webhook, as a person reads it. */
export interface Said {
  readonly headline: string;
  readonly sentence: string;
  /** Pretty-printed. */
  readonly body: string;
}

/** A proposal says its number, its state and what comes next; a problem says what is wrong and where. */
export function readAnswer(answer: { readonly status: number; readonly body: string } | undefined): Said {
  if (!answer) return { headline: 'Posted.', sentence: '', body: '' };
  const parsed = asLoose(parse(answer.body));
  const pretty = Object.keys(parsed).length > 0 ? JSON.stringify(parsed, null, 2) : answer.body;
  const number = typeof parsed.number === 'number' ? ` · #${parsed.number} is ${asText(parsed.state)}` : '';
  const title = asText(parsed.title);
  const wrong = asList(parsed.errors).map((each) => `${asText(each.pointer)} ${asText(each.detail)}.`);
  return {
    headline: `HTTP ${answer.status}${number}${title && ` · ${title}`}`,
    sentence: [asText(parsed.next), asText(parsed.detail), ...wrong].filter(Boolean).join(' '),
    body: pretty,
  };
}
