import { audit } from './audit/audit.ts';
import { chain } from './chain/chain.ts';
import { cycle } from './cycle/cycle.ts';
import type { Benchmark } from './frame/benchmark.ts';
import { intake } from './intake/intake.ts';
import { memory } from './memory/memory.ts';
import { slack } from './slack/slack.ts';
import { slowDisk } from './slow-disk/slow-disk.ts';
import { start } from './start/start.ts';
import { sweep } from './sweep/sweep.ts';

/** Each is one line here and a folder of its own. */
export const BENCHMARKS: readonly Benchmark[] = [
  intake,
  cycle,
  slowDisk,
  audit,
  sweep,
  chain,
  slack,
  start,
  memory,
];
