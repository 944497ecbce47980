import { Decimal } from './decimal.ts';
import type { Tier } from './manifest.ts';
import { amountOf, exponentOf, formatMoney } from './money.ts';
import type { Proposal } from './proposal.ts';

/** How somebody confirmed what they approve: not at all, in a dialog that says it again, or by typing its amount. */
export type Confirmation =
  | { readonly how: 'none' | 'dialog' }
  | { readonly how: 'type'; readonly typed: string };

export const UNCONFIRMED: Confirmation = { how: 'none' };

type Confirmed = Pick<Proposal, 'number' | 'impact'>;

/** What has to be typed: the amount, or the proposal's number where the amount can't be computed. */
export function wordToType({ number, impact }: Confirmed): string {
  return impact ? amountOf(impact) : String(number);
}

/** Why an approval is not confirmed as its tier asks for; undefined: it is. */
export function whyUnconfirmed(
  { confirm }: Pick<Tier, 'confirm'>,
  proposal: Confirmed,
  confirmation: Confirmation,
): string | undefined {
  switch (confirm) {
    case 'none':
      return undefined;
    case 'dialog':
      return confirmation.how === 'none'
        ? `Approving #${proposal.number} has to be confirmed: nothing was recorded. Press Approve on its card and confirm.`
        : undefined;
    case 'type':
      return confirmation.how === 'type' && isTyped(proposal, confirmation.typed)
        ? undefined
        : `To approve #${proposal.number}, type ${wordToType(proposal)}: nothing was recorded.`;
  }
}

/** As people write amounts: `$6,000`, `6000.00 USD`. A comma only parts thousands. */
function isTyped({ number, impact }: Confirmed, typed: string): boolean {
  const bare = typed.replace(/\s/g, '').replace('#', '');
  if (!impact) return bare === String(number);
  const { currency, minor } = impact;
  const sign = formatMoney(impact).replace(/[\d.,\s]/g, '');
  const amount = bare.replace(sign, '').replace(new RegExp(`${currency}$|^${currency}`, 'i'), '');
  if (!/^(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$/.test(amount)) return false;
  const digits = exponentOf(currency);
  return Decimal.parse(amount.replaceAll(',', '')).compare(new Decimal(minor, digits)) === 0;
}
