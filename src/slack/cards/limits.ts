/** Slack's limits, in characters after escaping where they are of text, and below them what a card allows itself. */
export const limits = {
  blocks: 50,
  /** Slack takes 250 KB; the rest is for what it adds. */
  view: { blocks: 100, bytes: 200_000 },
  /** Over all blocks of a message; found by others at about 13,200 and not published. */
  messageText: 13_200,
  header: 150,
  element: 3_000,
  button: { text: 75, accessibility: 75, value: 2_000 },
  confirm: { title: 100, text: 300, button: 30 },
  modal: { title: 24, button: 24, privateMetadata: 3_000 },
  reason: { min: 3, max: 500 },
  id: 255,
  /** `chat.update` takes 4,000; a phone shows far less. */
  notification: 1_000,
  /** Past this a card is folded and scrolled, and what matters may be below the fold. */
  input: { text: 1_500, fields: 25, cut: 60 },
  shown: { text: 200, fields: 12 },
  agent: { text: 300, evidence: 3, title: 80, questions: 3 },
  name: 100,
  names: 5,
  /** People called by one message. */
  mentions: 20,
  sentence: 500,
  rows: 15,
  /** A section takes 3,000; a row of a queue is read at a glance. */
  home: { rows: 10, shapes: 5, text: 600 },
  /** Cards that are listed in one message: with a button each they fill a part of its blocks, and most of its text. */
  list: { rows: 20, text: 560 },
  /** Lines of a history: with 250 characters each they leave room for what stands before them. */
  history: { rows: 20, text: 180, detail: 60 },
} as const;
