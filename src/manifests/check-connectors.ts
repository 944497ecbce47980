import type { Drafts } from './drafts.ts';

/** Warns of a credential that would cross the public internet in the clear. */
export function checkConnectors(drafts: Drafts): void {
  for (const { source, value } of drafts.systems) {
    const { baseUrl, allowPrivate } = value.connector;
    if (allowPrivate || !baseUrl.startsWith('http://')) continue;
    source.report(['connector', 'base_url'], 'sends the credential unencrypted: use https://', 'warning');
  }
}
