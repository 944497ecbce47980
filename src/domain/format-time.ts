/** `Tue 17 Nov 14:30 EST` in an IANA zone. */
export function formatTime(at: Date, timezone: string): string {
  const parts = partsOf(at, timezone);
  return `${formatDay(at, timezone)} ${parts.hour}:${parts.minute} ${parts.timeZoneName}`;
}

/** `Tue 17 Nov` in an IANA zone. */
function formatDay(at: Date, timezone: string): string {
  const { weekday, day, month } = partsOf(at, timezone);
  return `${weekday} ${day} ${month}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs a hundred times what using it does, and a list shows dozens of times. */
function formatIn(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  formats.set(timeZone, format);
  return format;
}

function partsOf(at: Date, timeZone: string): Partial<Record<Intl.DateTimeFormatPartTypes, string>> {
  const parts = formatIn(timeZone).formatToParts(at);
  return Object.fromEntries(parts.map(({ type, value }) => [type, value]));
}
