import type { JSX } from 'preact';
import { el } from './el.ts';
import { asNumber, asText, type Loose } from './loose-json.ts';
import { useElement } from './use-element.ts';

interface Props {
  element: Loose;
}

export function DateElement({ element }: Props): JSX.Element {
  const { state, commit, naming } = useElement(element);
  return el('input', {
    type: 'date',
    class: 'field',
    value: asText(state?.selected_date),
    ...naming,
    onChange: (event) =>
      void commit({ type: 'datepicker', selected_date: event.currentTarget.value || null }),
  });
}

export function TimeElement({ element }: Props): JSX.Element {
  const { state, commit, naming } = useElement(element);
  return el('input', {
    type: 'time',
    class: 'field',
    value: asText(state?.selected_time),
    ...naming,
    onChange: (event) =>
      void commit({ type: 'timepicker', selected_time: event.currentTarget.value || null }),
  });
}

/** Slack hands over seconds since the epoch; the box shows the browser's own wall clock. */
export function DateTimeElement({ element }: Props): JSX.Element {
  const { state, commit, naming } = useElement(element);
  const seconds = asNumber(state?.selected_date_time);
  return el('input', {
    type: 'datetime-local',
    class: 'field',
    value: seconds === undefined ? '' : toWallClock(seconds),
    ...naming,
    onChange: (event) => {
      const at = Date.parse(event.currentTarget.value);
      void commit({
        type: 'datetimepicker',
        selected_date_time: Number.isNaN(at) ? null : Math.floor(at / 1000),
      });
    },
  });
}

function toWallClock(seconds: number): string {
  const at = new Date(seconds * 1000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
