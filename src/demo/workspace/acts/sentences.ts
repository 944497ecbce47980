import type { Reply } from '../outgoing/deliver.ts';

/** Slack's own words. */
export const sentences = {
  timedOut: 'Operation timed out. Apps need to respond within three seconds.',
  trouble: 'We had some trouble connecting. Try again?',
  deactivated: 'Your account has been deactivated.',
  notInteractive: 'This app is not configured to handle interactive responses.',
  notMember: 'You are not in this channel.',
} as const;

/** Under a button, or after a shortcut; undefined when the app acknowledged. */
export function problemOf(reply: Reply): string | undefined {
  if (reply.kind === 'timeout') return sentences.timedOut;
  if (reply.kind === 'unreachable') return sentences.timedOut;
  return isSuccess(reply.status) ? undefined : `This app responded with Status Code ${reply.status}.`;
}

export function commandProblem(command: string, reply: Reply): string | undefined {
  const failed = (error: string) => `${command} failed with the error "${error}"`;
  if (reply.kind === 'timeout') return failed('operation_timeout');
  if (reply.kind === 'unreachable') return failed('dispatch_failed');
  if (isSuccess(reply.status)) return undefined;
  return failed(reply.status >= 500 ? 'http_service_error' : 'http_client_error');
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
