import { type LoggerOptions, pino } from 'pino';
import { terminalText } from './terminal-text.ts';

/** Events are names, data are ids: never parameters, bodies, tokens or anything that somebody wrote. */
export interface Logger {
  info(data: Record<string, unknown>, event: string): void;
  warn(data: Record<string, unknown>, event: string): void;
  error(data: Record<string, unknown>, event: string): void;
  debug(data: Record<string, unknown>, event: string): void;
}

export function createLogger(options: { level: string; pretty: boolean }): Logger {
  const write = options.pretty ? (line: string) => process.stdout.write(prettify(line)) : undefined;
  const settings: LoggerOptions = {
    level: options.level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
  };
  return write ? pino(settings, { write }) : pino(settings);
}

/** An error as it may be logged: its kind, code and sentence, never a statement's parameters. */
export function loggable(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = 'code' in error ? { code: error.code } : {};
  return { type: error.name, message: error.message, ...code, stack: error.stack };
}

function prettify(line: string): string {
  const { time, level, msg, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const clock = String(time).slice(11, 19);
  const details = Object.entries(rest)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  return `${terminalText(`${clock} ${String(level).padEnd(5)} ${String(msg)} ${details}`)}\n`;
}
