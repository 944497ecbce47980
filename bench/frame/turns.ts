/**
 * Measures contenders by turns, the order reversed each other round, so that what else the machine does falls on all of them alike.
 * Returns for each contender what it came to, round by round.
 */
export async function byTurns<Name extends string, T>(
  names: readonly Name[],
  rounds: number,
  measure: (name: Name, round: number) => Promise<T>,
): Promise<Record<Name, T[]>> {
  const results = Object.fromEntries(names.map((name) => [name, [] as T[]])) as Record<Name, T[]>;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed())
      results[name].push(await measure(name, round));
  }
  return results;
}

/** One to one by rounds. */
export function ratios(ours: readonly number[], theirs: readonly number[]): number[] {
  return ours.map((each, round) => each / (theirs[round] ?? Number.NaN));
}
