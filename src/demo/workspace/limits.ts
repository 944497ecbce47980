/**
 * Every number of Slack's in one place. Where sources disagree the lower value stands.
 * Source: docs.slack.dev block kit and method pages, java-slack-sdk's rate_limit_tiers.json, the issues named.
 */
export const limits = {
  message: {
    blocks: 50,
    /** Escaped characters over all blocks (bolt-js #2509). */
    blockText: 13_200,
    text: 40_000,
    textOnUpdate: 4_000,
    attachments: 100,
    /** Slack has a limit and does not publish it. */
    metadataBytes: 8_000,
    markdown: 12_000,
  },
  view: { blocks: 100, bytes: 250 * 1024, privateMetadata: 3_000, title: 24, button: 24, stack: 3 },
  id: 255,
  header: 150,
  section: { text: 3_000, fields: 10, field: 2_000 },
  context: 10,
  actions: 25,
  contextActions: 5,
  image: { url: 3_000, alt: 2_000, title: 2_000 },
  input: { label: 2_000, hint: 2_000, value: 3_000 },
  button: { text: 75, value: 2_000, url: 3_000, accessibility: 75 },
  option: { text: 75, value: 150, description: 75, url: 3_000 },
  options: { overflow: 5, radio: 10, checkboxes: 10, select: 100, groups: 100, selected: 100 },
  groupLabel: 75,
  confirm: { title: 100, text: 300, button: 30 },
  placeholder: 150,
  alert: 200,
  card: { title: 150, subtitle: 150, body: 200, actions: 3 },
  carousel: 10,
  container: { title: 150, subtitle: 150, children: 10 },
  table: { rows: 100, columns: 20, characters: 10_000 },
  dataTable: { rows: 101, pageSize: 100 },
  chart: { perMessage: 2, title: 50, label: 20, segments: 6, series: 6, points: 20 },
  video: { title: 200, description: 200, author: 50 },
  /** Token rotation: how long an access token is good, and how many are at once. */
  token: { ms: 12 * 3_600_000, active: 2 },
  triggerMs: 3_000,
  ackMs: 3_000,
  responseUrl: { uses: 5, ms: 30 * 60_000 },
  /** The first attempt, then at once, after one minute, after five. */
  eventRetriesMs: [0, 60_000, 300_000],
  socketConnections: 10,
} as const;

export type Tier = 1 | 2 | 3 | 4;

/** Calls a minute. */
export const callsPerMinute: Record<Tier, number> = { 1: 1, 2: 20, 3: 50, 4: 100 };

/** At once. Tier 1 has to let an app open all its Socket Mode connections when it starts. */
export const callsAtOnce: Record<Tier, number> = { ...callsPerMinute, 1: 10 };

/** chat.postMessage: one a second and channel, short bursts allowed, and some hundreds a minute altogether. */
export const posting = { perSecond: 1, burst: 3, workspacePerMinute: 300 } as const;
