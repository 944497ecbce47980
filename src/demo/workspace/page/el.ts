import { type ComponentChildren, h, type JSX } from 'preact';

/** An element with the attributes of exactly its tag; components go through preact's own `h`. */
export function el<Tag extends keyof JSX.IntrinsicElements>(
  tag: Tag,
  props: (JSX.IntrinsicElements[Tag] & { readonly [data: `data-${string}`]: string }) | null,
  ...children: ComponentChildren[]
): JSX.Element {
  return h<object>(tag, props, ...children);
}
