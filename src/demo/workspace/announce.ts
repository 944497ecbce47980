import { notificationOf } from './notification-text.ts';
import type { Message } from './state.ts';
import { canSee, conversationsFor, homeView, messageView, modalViews, peopleViews } from './ui-views.ts';
import type { World } from './world.ts';

export function messageChanged(world: World, message: Message): void {
  world.streams.publish((person) =>
    canSee(world, person, message) ? { event: 'message', message: messageView(world, message) } : undefined,
  );
}

export function messageGone(world: World, message: Message): void {
  world.streams.publish((person) =>
    canSee(world, person, message)
      ? { event: 'message_removed', channel: message.channel, ts: message.ts }
      : undefined,
  );
}

export function notify(world: World, message: Message): void {
  if (message.ephemeralFor) return;
  world.streams.publish((person) =>
    canSee(world, person, message) && person !== message.user
      ? { event: 'notification', notification: notificationOf(world, message) }
      : undefined,
  );
}

export function conversationsChanged(world: World): void {
  world.streams.publish((person) => ({
    event: 'conversations',
    conversations: conversationsFor(world, person),
  }));
}

export function peopleChanged(world: World): void {
  world.streams.publish(() => ({ event: 'people', people: peopleViews(world) }));
  conversationsChanged(world);
}

export function homeChanged(world: World, owner: string): void {
  world.streams.publish((person) =>
    person === owner ? { event: 'home', home: homeView(world, owner) } : undefined,
  );
}

export function modalsChanged(world: World, owner: string): void {
  world.streams.publish((person) =>
    person === owner ? { event: 'modals', modals: modalViews(world, owner) } : undefined,
  );
}
