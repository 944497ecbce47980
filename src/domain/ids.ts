/** How an agent names a proposal: by its id or its number. */
export type ProposalRef = { readonly id: string } | { readonly number: number };

/** `prop_` and the UUID without its dashes. */
export function publicId(uuid: string): string {
  return `prop_${uuid.replaceAll('-', '')}`;
}

/** Reads `prop_0199…`, a UUID, `1042` or `#1042`; undefined for anything else. */
export function parseProposalRef(text: string): ProposalRef | undefined {
  const number = /^#?([1-9]\d{0,14})$/.exec(text)?.[1];
  if (number !== undefined) return { number: Number(number) };
  const bare = text.toLowerCase().replace(/^prop_/, '');
  const parts = /^([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})$/.exec(bare);
  return parts ? { id: parts.slice(1).join('-') } : undefined;
}
