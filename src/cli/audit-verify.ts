import { EXIT } from '../errors.ts';
import { type Verification, verifyAudit } from '../lifecycle/verify-audit.ts';
import { collectHeads, type GivenEvidence, type Heads } from './heads.ts';
import { onStore, type StoreSettings } from './open-store.ts';
import { say, sayJson } from './printable.ts';

/** Exit 0: everything is as it was signed; 1: it is not, and the first thing that is not is named first. */
export async function runVerify(
  settings: StoreSettings,
  options: GivenEvidence & { readonly json?: boolean },
): Promise<number> {
  const start = performance.now();
  const { heads, verified } = await onStore(settings, 'application', async (database) => {
    const collected = await collectHeads(database, settings, options);
    return { heads: collected, verified: await verifyAudit(database, collected.good) };
  });
  const findings = [...heads.findings, ...verified.findings];
  const seconds = (performance.now() - start) / 1_000;
  if (options.json) {
    const report = {
      ok: findings.length === 0,
      rows: verified.rows,
      seals: verified.seals,
      size: verified.size,
      root: verified.root.toString('base64'),
      heads: heads.good.length,
      heads_outside: heads.outside,
      keys: heads.keys.map(({ id }) => id),
      retired: verified.retired,
      unsealed: verified.unsealed.rows,
      findings,
      more_findings: verified.more,
      notes: notesOf(heads, verified),
    };
    sayJson(report);
  } else {
    say(summary(verified, heads, seconds));
    if (findings[0]) say(`\nNOT as it was signed. First: ${findings[0].says}`);
    for (const { says } of findings.slice(1)) say(`- ${says}`);
    if (verified.more > 0) say(`- and ${verified.more} more`);
    if (findings.length === 0) say('Nothing was changed, added, removed, reordered or put back.');
    for (const note of notesOf(heads, verified)) say(`Note: ${note}`);
  }
  return findings.length === 0 ? EXIT.done : EXIT.no;
}

function summary({ rows, seals, root }: Verification, { good, outside }: Heads, seconds: number): string {
  const count = (n: number) => n.toLocaleString('en-US');
  return `Read ${count(rows)} rows in ${count(seals)} seals, and ${count(good.length)} signed heads (${count(outside)} kept outside), in ${seconds.toFixed(1)} s. Root ${root.toString('base64')}`;
}

function notesOf(heads: Heads, { unsealed, retired }: Verification): string[] {
  const notes = [];
  if (heads.outside === 0)
    notes.push(
      'only heads that the database itself keeps were compared. What its owner rewrote shows against a head from elsewhere: --checkpoint, or AUDIT_CHECKPOINTS',
    );
  if (heads.trustsDatabase)
    notes.push('the keys are those that the database names. Give the one that you know: --pubkey');
  if (unsealed.rows > 0)
    notes.push(
      `${unsealed.rows} rows are not sealed yet, the oldest of ${unsealed.oldestAt?.toISOString() ?? '?'}`,
    );
  if (retired > 0)
    notes.push(`${retired} rows were retired: their leaves are here, they themselves in their archives`);
  return notes;
}
