import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CHECKPOINT_FILE, type ExportCheckpoint } from '../lifecycle/seal.ts';
import { type Logger, loggable } from '../logger.ts';

/**
 * Appends every signed head to one file of a directory, which several processes may share. A head that can't be written there is
 * said, and is in the log's own stream all the same.
 */
export function checkpointFile(directory: string | undefined, log: Logger): ExportCheckpoint {
  return async (note) => {
    if (!directory) return;
    try {
      await mkdir(directory, { recursive: true });
      await appendFile(join(directory, CHECKPOINT_FILE), `${note}\n`);
    } catch (error) {
      log.error({ err: loggable(error) }, 'audit.checkpoint_not_written');
    }
  };
}
