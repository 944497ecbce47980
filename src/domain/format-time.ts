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

function partsOf(at: Date, timeZone: string): Partial<Record<Intl.DateTimeFormatPartTypes, string>> {
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
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
}
