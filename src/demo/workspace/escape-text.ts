const reference = /<(?:[@#!][^<>\n]+|(?:https?:\/\/|mailto:)[^<>\n]+)>/g;
const bareAmpersand = /&(?!(?:amp|lt|gt);)/g;

/** Idempotent, as Slack's is: what came in escaped stays as it is. */
export function escapeText(text: string): string {
  return text.replace(bareAmpersand, '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** References such as `<@U1>`, `<!here>` and `<https://a|b>` keep their brackets. */
export function escapeMrkdwn(text: string): string {
  let result = '';
  let last = 0;
  for (const match of text.matchAll(reference)) {
    result += escapeText(text.slice(last, match.index)) + match[0].replace(bareAmpersand, '&amp;');
    last = match.index + match[0].length;
  }
  return result + escapeText(text.slice(last));
}

export function unescapeText(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
