import type { WriteRequest } from './books.ts';

const amountForm = /^[0-9]{1,9}(\.[0-9]{2})?$/;

/** The write that a POST asks for; a string is the sentence of its refusal; undefined, that there is no such route. */
export function readWriteRequest(
  path: string,
  body: Record<string, unknown>,
  ifMatch: string | undefined,
): WriteRequest | string | undefined {
  if (path === '/refunds') return readRefund(body);
  const [, account] = /^\/accounts\/([^/]+)\/write-offs$/.exec(path) ?? [];
  if (account !== undefined) {
    const amount = readAmount(body);
    if (amount === undefined) return amountRefusal;
    return { do: 'write_off', account, amount, if_match: ifMatch?.replaceAll('"', '') ?? null };
  }
  const [, refund, what] = /^\/refunds\/([^/]+)\/(void|settle)$/.exec(path) ?? [];
  if (refund === undefined) return undefined;
  return { do: what === 'settle' ? 'settle' : 'void', refund };
}

const amountRefusal = 'amount must be a string such as "20.00", and more than zero';

function readRefund(body: Record<string, unknown>): WriteRequest | string {
  const { account, invoice } = body;
  if (typeof account !== 'string' || typeof invoice !== 'string')
    return 'account and invoice must be strings';
  const amount = readAmount(body);
  return amount === undefined ? amountRefusal : { do: 'refund', account, invoice, amount };
}

function readAmount({ amount }: Record<string, unknown>): string | undefined {
  return typeof amount === 'string' && amountForm.test(amount) && Number(amount) > 0 ? amount : undefined;
}
