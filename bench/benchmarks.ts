import { chain } from './chain/chain.ts';
import { cycle } from './cycle/cycle.ts';
import type { Benchmark } from './frame/benchmark.ts';
import { intake } from './intake/intake.ts';

/** Each is one line here and one file of its own. */
export const BENCHMARKS: readonly Benchmark[] = [intake, cycle, chain];
