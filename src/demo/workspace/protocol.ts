/**
 * Everything that passes between the browser page (or the test driver) and the workspace server.
 *
 *   GET  /ui/workspace?as=U…                    -> WorkspaceView       GET /ui/home?as=U…  -> HomeView
 *   GET  /ui/messages?as=U…&channel=C…          -> ConversationView    GET /ui/requests    -> RequestEntry[]
 *   GET  /ui/thread?as=U…&channel=C…&ts=…       -> ConversationView    GET /ui/modals?as=U… -> ModalView[]
 *   GET  /ui/stream?as=U…   server-sent events, each `data:` line one StreamEvent
 *   POST /ui/act            JSON Act -> ActResult, when Slack would have an answer to show (at most about 3 s)
 *
 * `as` also takes a handle ("lea"). An unreadable request is answered 400 `{ error }`, in words.
 *
 * Texts and blocks stand here as Slack stores them: in `text` and in mrkdwn `&`, `<` and `>` are escaped, and
 * `<@U…>`, `<#C…>`, `<!date^…>`, `<https://…|label>` are references. plain_text and rich_text hold `&amp; &lt; &gt;` too.
 */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A block after validation: `block_id` is always there, as are the `action_id`s of its elements. */
export interface BlockView {
  readonly type: string;
  readonly block_id: string;
  readonly [key: string]: Json;
}

export interface PersonView {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly title: string;
  readonly email: string;
  /** IANA name, for rendering dates as this person sees them. */
  readonly timeZone: string;
  readonly locale: string;
  readonly kind: 'member' | 'guest' | 'stranger' | 'deactivated' | 'bot';
  /** What this person is in the demo: "Support lead, approver". */
  readonly part: string;
}

export interface ConversationSummary {
  readonly id: string;
  readonly kind: 'public' | 'private' | 'dm';
  /** Without `#`; in a DM the other side's name. */
  readonly name: string;
  readonly topic: string;
  readonly members: readonly string[];
  readonly archived: boolean;
  /** A person who is not a member sees the name of a public channel and nothing in it. */
  readonly isMember: boolean;
  readonly unread: number;
  /** In a DM: whom it is with. The bot's own id marks the app's Messages tab. */
  readonly withPerson?: string;
  /** Why the composer is closed, in Slack's words: archived, or the app's Messages tab is read-only. */
  readonly closedBecause?: string;
}

export interface CommandView {
  readonly command: string;
  readonly description: string;
  readonly usageHint: string;
}

interface ShortcutView {
  readonly name: string;
  readonly description: string;
  readonly type: 'global' | 'message';
  readonly callbackId: string;
}

/** The first-run panel and the form for a proposal of one's own; both absent outside the demo. */
export interface TourView {
  readonly steps: readonly {
    readonly title: string;
    readonly text: string;
    readonly as: string;
    readonly channel?: string;
    /** Put into the composer, not sent. */
    readonly prefill?: string;
  }[];
  readonly proposal?: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly example: string;
  };
}

export interface WorkspaceView {
  readonly team: { readonly id: string; readonly name: string; readonly domain: string };
  readonly app: {
    readonly id: string;
    readonly name: string;
    readonly description: string;
    readonly botUser: string;
    readonly homeEnabled: boolean;
    readonly messagesEnabled: boolean;
  };
  readonly me: string;
  readonly people: readonly PersonView[];
  readonly groups: readonly {
    readonly id: string;
    readonly handle: string;
    readonly members: readonly string[];
  }[];
  readonly conversations: readonly ConversationSummary[];
  readonly commands: readonly CommandView[];
  readonly shortcuts: readonly ShortcutView[];
  readonly tour?: TourView;
  /** The workspace's clock, epoch milliseconds; it may be ahead of the machine's. */
  readonly now: number;
}

export interface MessageView {
  readonly channel: string;
  readonly ts: string;
  readonly thread_ts?: string;
  readonly author: { readonly id: string; readonly name: string; readonly isBot: boolean };
  readonly text: string;
  readonly blocks: readonly BlockView[];
  /** Shared files, as name, size in bytes and the address to download them from. */
  readonly files: readonly {
    readonly name: string;
    readonly title: string;
    readonly size: number;
    readonly url: string;
  }[];
  /** Only this viewer sees it ("Only visible to you"); gone after a reload (`/ui/workspace?as=…&reload=1`). */
  readonly ephemeral: boolean;
  /** Slack marks a message as edited after an update by text, not after one by blocks. */
  readonly edited: boolean;
  readonly replyCount: number;
  readonly replyUsers: readonly string[];
  readonly latestReply?: string;
  /** The sentence under an action that failed: Slack's warning triangle. It goes with the next successful click. */
  readonly problem?: { readonly blockId: string; readonly actionId: string; readonly text: string };
}

export interface ConversationView {
  readonly conversation: ConversationSummary;
  /** Oldest first. Without thread replies for a channel; root and replies for a thread. */
  readonly messages: readonly MessageView[];
  /** The first unread message, where the "New" line stands. */
  readonly firstUnread?: string;
}

export interface HomeView {
  readonly viewId: string | null;
  /** null: the app has not published anything for this person, and Slack says "This is the very beginning of …". */
  readonly blocks: readonly BlockView[] | null;
  readonly hash: string;
  readonly problem?: { readonly blockId: string; readonly actionId: string; readonly text: string };
}

export interface ModalView {
  readonly id: string;
  readonly callbackId: string;
  /** plain_text, escaped like every text. */
  readonly title: string;
  readonly submit: string | null;
  readonly close: string;
  readonly blocks: readonly BlockView[];
  readonly hash: string;
  /** What is filled in so far, by block_id and action_id; kept over `views.update` where both ids stay. */
  readonly values: StateValues;
  /** `response_action: "errors"`: one sentence under the input block of that id. */
  readonly errors: Readonly<Record<string, string>>;
  /** The line above the buttons: "We had some trouble connecting. Try again?" */
  readonly problem: string | null;
}

/** What one element holds, as Slack sends it: `{type, value}`, `{type, selected_option}`, `{type, selected_options}`, `{type, selected_date}` … */
export type ElementState = { readonly type: string; readonly [key: string]: Json };
export type StateValues = Readonly<Record<string, Readonly<Record<string, ElementState>>>>;

export interface NotificationPreview {
  readonly channel: string;
  readonly ts: string;
  readonly title: string;
  /** From the blocks first, then `text`. */
  readonly desktop: string;
  /** From `text` only; "Unable to show preview" without one. */
  readonly mobile: string;
}

export interface RequestEntry {
  readonly id: number;
  readonly at: number;
  /** `in`: the app calls Slack. `out`: Slack calls the app. */
  readonly direction: 'in' | 'out';
  readonly transport: 'http' | 'socket';
  /** "chat.postMessage", "block_actions", "/agent", "app_home_opened", "response_url", … */
  readonly name: string;
  readonly method: string;
  readonly url: string;
  /** null while the answer is awaited. */
  readonly latencyMs: number | null;
  readonly status: number | null;
  readonly ok: boolean | null;
  readonly error?: string;
  /** The X-Slack-Signature of an outgoing request. */
  readonly signature?: string;
  /** What the validator found: "must be less than 3001 characters [json-pointer:/blocks/0/text/text]". */
  readonly findings: readonly string[];
  /** Pretty-printed, secrets replaced by •••, cut at 20,000 characters. */
  readonly requestBody: string;
  readonly responseBody: string;
}

/** Which element was used; `message` also for an ephemeral one, `view` for a modal or App Home. */
export type ActionPlace =
  | { readonly kind: 'message'; readonly channel: string; readonly ts: string }
  | { readonly kind: 'view'; readonly viewId: string };

export type Act =
  /** A message, or a slash command if it begins with `/`. Mentions may be typed `@lea` and `#agent-ops`. */
  | {
      readonly act: 'say';
      readonly as: string;
      readonly channel: string;
      readonly text: string;
      readonly threadTs?: string;
    }
  /**
   * A button pressed (after its confirm dialog, which is the page's part), an option chosen, a date picked: `chosen` holds
   * what the element holds now (`{type:'button'}`, `{type:'static_select', selected_option:{…}}`, `{type:'overflow',
   * selected_option:{…}}`). `state` holds the other elements of the same message or view.
   */
  | {
      readonly act: 'use';
      readonly as: string;
      readonly place: ActionPlace;
      readonly blockId: string;
      readonly actionId: string;
      readonly chosen: ElementState;
      readonly state?: StateValues;
    }
  /** Options of an `external_select`. */
  | {
      readonly act: 'suggest';
      readonly as: string;
      readonly place: ActionPlace;
      readonly blockId: string;
      readonly actionId: string;
      readonly value: string;
    }
  | { readonly act: 'submit'; readonly as: string; readonly viewId: string; readonly values: StateValues }
  /** Back or cancel closes the top view; `all` is the corner's ✕, which clears the stack. */
  | { readonly act: 'close'; readonly as: string; readonly viewId: string; readonly all?: boolean }
  | {
      readonly act: 'shortcut';
      readonly as: string;
      readonly callbackId: string;
      readonly channel?: string;
      readonly ts?: string;
    }
  | { readonly act: 'open_home'; readonly as: string; readonly tab: 'home' | 'messages' }
  | { readonly act: 'read'; readonly as: string; readonly channel: string }
  | { readonly act: 'dismiss'; readonly as: string; readonly channel: string; readonly ts: string }
  /** Opens (or finds) the DM with another person or the bot; answers with `channel`. */
  | { readonly act: 'open_dm'; readonly as: string; readonly withPerson: string }
  /** Posts the form of the tour to the app's webhook; answers with its status and body. */
  | { readonly act: 'propose'; readonly as: string; readonly body: string };

export type ActResult =
  | {
      readonly ok: true;
      /** `say`: the message that everybody sees. */
      readonly ts?: string;
      readonly channel?: string;
      readonly options?: readonly Json[];
      readonly answer?: { readonly status: number; readonly body: string };
    }
  | {
      readonly ok: false;
      /** Slack's own sentence, to be shown where the act took place. */
      readonly problem: string;
      /** `submit`: sentences by block_id. They also stand in the ModalView. */
      readonly errors?: Readonly<Record<string, string>>;
    };

/** A stream belongs to one person; it carries only what that person may see. Reconnecting re-reads, nothing is replayed. */
export type StreamEvent =
  | { readonly event: 'ready' }
  /** Posted, edited, or its replies or problem changed: replace by channel and ts. */
  | { readonly event: 'message'; readonly message: MessageView }
  | { readonly event: 'message_removed'; readonly channel: string; readonly ts: string }
  | { readonly event: 'conversations'; readonly conversations: readonly ConversationSummary[] }
  | { readonly event: 'people'; readonly people: readonly PersonView[] }
  | { readonly event: 'home'; readonly home: HomeView }
  /** The whole stack, bottom first; empty when the last one closed. */
  | { readonly event: 'modals'; readonly modals: readonly ModalView[] }
  | { readonly event: 'notification'; readonly notification: NotificationPreview }
  /** Added, or completed: replace by id. */
  | { readonly event: 'request'; readonly request: RequestEntry }
  | { readonly event: 'clock'; readonly now: number };
