import type { EnableResult, SwitchRefusal } from '../../lifecycle/switch.ts';

export function refusalSentence(refusal: SwitchRefusal): string {
  if (refusal.outcome === 'refused') return `Nothing was changed. ${refusal.because}`;
  const meant = refusal.nearest ? ` Did you mean ${refusal.nearest}?` : '';
  return `Nothing was changed: I don’t know that name.${meant} What can be switched: ${refusal.known.join(', ')}.`;
}

export function enableSentence(result: EnableResult): string {
  switch (result.outcome) {
    case 'enabled':
      return `${nameOf(result.scope)} is on again.`;
    case 'asked':
      return `A second operator has to confirm it in the alerts channel, since ${result.because}. Until then it stays off.`;
    case 'not_disabled':
      return `${nameOf(result.scope)} is not switched off by itself. ${whatIsOff(result.off)}`;
    case 'refused':
    case 'unknown_scope':
      return refusalSentence(result);
  }
}

function nameOf(scope: string): string {
  return scope === 'all' ? 'Everything' : scope;
}

function whatIsOff(off: readonly string[]): string {
  return off.length === 0 ? 'Nothing is off.' : `Off: ${off.join(', ')}.`;
}
