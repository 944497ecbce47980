import { escapeText } from '../escape-text.ts';
import type { World } from '../world.ts';

interface Named {
  readonly id: string;
  readonly handle: string;
}

/** `@lea` and `#agent-ops` of the composer become references, with or without the name in them. */
export function withReferences(world: World, typed: string, named: boolean): string {
  const people: Named[] = Object.values(world.state.people);
  const groups: Named[] = Object.values(world.state.groups);
  const channels = Object.values(world.state.channels).filter((each) => each.kind !== 'dm');
  const label = (name: string) => (named ? `|${name}` : '');
  return escapeText(typed)
    .replaceAll(/(?<![\w<&])@([\w.-]*\w)/g, (whole, handle: string) => {
      const person = people.find((each) => each.handle === handle);
      if (person) return `<@${person.id}${label(handle)}>`;
      const group = groups.find((each) => each.handle === handle);
      return group ? `<!subteam^${group.id}${label(`@${handle}`)}>` : whole;
    })
    .replaceAll(/(?<![\w<&])#([\w-]*\w)/g, (whole, name: string) => {
      const channel = channels.find((each) => each.name === name);
      return channel ? `<#${channel.id}${label(name)}>` : whole;
    })
    .replaceAll(/(?<![<|\w])https?:\/\/[^\s<>|]+/g, (url) => `<${url}>`);
}
