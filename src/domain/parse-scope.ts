/** `refund-agent because it repeats itself`: what, and why if it was said. */
export function parseScope(rest: string): { readonly scope: string; readonly reason: string | null } {
  const [, named = '', said] = /^(.*?)(?:(?:^| )because\b ?(.*))?$/i.exec(rest) ?? [];
  const scope = named
    .trim()
    .replace(/^["'`#@]+|["'`]+$/g, '')
    .toLowerCase();
  return { scope, reason: said?.trim() || null };
}
