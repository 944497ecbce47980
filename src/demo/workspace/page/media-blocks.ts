import type { JSX } from 'preact';
import { h } from 'preact';
import type { BlockProps } from './block-props.ts';
import { el } from './el.ts';
import { Icon } from './icon.ts';
import { asLoose, asText, isLoose, type Loose } from './loose-json.ts';
import { safeUrl } from './prose.ts';
import { plainOf } from './prose-view.ts';

function webUrl(url: string): string | undefined {
  return /^https?:/i.test(url) ? safeUrl(url) : undefined;
}

/** An image of a context, section or card; one that can't be loaded shows its alt text, as Slack does. */
export function ImageElement({ element }: { element: Loose }): JSX.Element {
  const src = webUrl(asText(element.image_url) || asText(asLoose(element.slack_file).url));
  const alt = asText(element.alt_text);
  if (!src) return el('span', { class: 'no-image', role: 'img', 'aria-label': alt, title: alt }, alt);
  return el('img', { src, alt, title: alt, loading: 'lazy', referrerpolicy: 'no-referrer' });
}

export function ImageBlock({ block }: BlockProps): JSX.Element {
  return el(
    'figure',
    { class: 'image' },
    isLoose(block.title) && el('figcaption', null, plainOf(block.title)),
    h(ImageElement, { element: block }),
  );
}

export function VideoBlock({ block }: BlockProps): JSX.Element {
  const url = webUrl(asText(block.title_url) || asText(block.video_url));
  const title = plainOf(asLoose(block.title));
  return el(
    'div',
    { class: 'media-card' },
    el('span', { class: 'media-icon' }, h(Icon, { name: 'play' })),
    el(
      'div',
      null,
      el(
        'strong',
        null,
        url ? el('a', { href: url, target: '_blank', rel: 'noreferrer noopener' }, title) : title,
      ),
      el(
        'div',
        { class: 'muted' },
        [asText(block.author_name), asText(block.provider_name)].filter(Boolean).join(' · '),
      ),
      isLoose(block.description) && el('div', null, plainOf(block.description)),
    ),
  );
}

export function FileBlock({ block }: BlockProps): JSX.Element {
  return el(
    'div',
    { class: 'media-card' },
    el('span', { class: 'media-icon' }, h(Icon, { name: 'file' })),
    el(
      'div',
      null,
      el('strong', null, asText(block.external_id) || 'File'),
      el('div', { class: 'muted' }, 'Remote file'),
    ),
  );
}
