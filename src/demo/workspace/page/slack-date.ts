/** When and where the reader is: Slack renders dates in the viewer's own time zone. */
export interface Viewer {
  now: Date;
  timeZone: string | undefined;
}

type Parts = Intl.DateTimeFormatOptions;

const PARTS: Readonly<Record<string, Parts>> = {
  date: { month: 'long', day: 'numeric', year: 'numeric' },
  date_short: { month: 'short', day: 'numeric', year: 'numeric' },
  date_long: { weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' },
  time: { hour: 'numeric', minute: '2-digit' },
  time_secs: { hour: 'numeric', minute: '2-digit', second: '2-digit' },
};

/** The text of a `date` element, or its fallback where the timestamp is none. `timestamp` is in seconds. */
export function formatSlackDate(timestamp: number, format: string, fallback: string, viewer: Viewer): string {
  const at = new Date(timestamp * 1000);
  if (Number.isNaN(at.getTime())) return fallback || '(no date)';
  return format.replace(/\{(\w+)\}/g, (token, name: string) => formatToken(name, at, viewer) ?? token);
}

function formatToken(name: string, at: Date, viewer: Viewer): string | undefined {
  if (name === 'ago') return formatAgo(at, viewer.now);
  if (name === 'date_num') return formatIn(at, viewer, 'en-CA', {});
  if (name === 'day_divider_pretty')
    return prettyDay(at, viewer) ?? formatIn(at, viewer, 'en-US', PARTS.date_long);
  const pretty = name.endsWith('_pretty');
  const parts = PARTS[pretty ? name.slice(0, -'_pretty'.length) : name];
  if (!parts) return undefined;
  return (pretty ? prettyDay(at, viewer) : undefined) ?? formatIn(at, viewer, 'en-US', parts);
}

function formatIn(at: Date, viewer: Viewer, locale: string, parts: Parts | undefined): string {
  return new Intl.DateTimeFormat(locale, {
    ...parts,
    ...(viewer.timeZone && { timeZone: viewer.timeZone }),
  }).format(at);
}

function prettyDay(at: Date, viewer: Viewer): string | undefined {
  const day = (date: Date) => Date.parse(formatIn(date, viewer, 'en-CA', {}));
  const days = Math.round((day(at) - day(viewer.now)) / 86_400_000);
  return { '-1': 'yesterday', '0': 'today', '1': 'tomorrow' }[String(days)];
}

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

function formatAgo(at: Date, now: Date): string {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
  const relative = new Intl.RelativeTimeFormat('en-US', { numeric: 'auto' });
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit);
  }
  return 'just now';
}

/** The time beside a message, from its `ts` ("1700000000.000100"). */
export function formatMessageTime(ts: string, viewer: Viewer): string {
  return formatSlackDate(Number(ts), '{time}', '', viewer);
}

export function formatDayOf(ts: string, viewer: Viewer): string {
  const day = formatSlackDate(Number(ts), '{day_divider_pretty}', '', viewer);
  return day.charAt(0).toUpperCase() + day.slice(1);
}
