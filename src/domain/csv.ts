/** A cell that a spreadsheet would take for a formula; some skip spaces and quotes before it, and fold full-width signs. */
const FORMULA = /^[\s\p{Cc}"']*[=+\-@\t\r\n\0＝＋－＠]/u;

/** One record after RFC 4180, with its end of line. What looks like a formula gets a `'` before it, and stays text. */
export function csvRecord(cells: readonly (string | null)[]): string {
  return `${cells.map((cell) => quoted(cell ?? '')).join(',')}\r\n`;
}

function quoted(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]|^'|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
