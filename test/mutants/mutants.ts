import { DATABASE_MUTANTS } from './database-mutants.ts';
import { DOMAIN_MUTANTS } from './domain-mutants.ts';
import { DOORS_MUTANTS } from './doors-mutants.ts';
import type { Mutant } from './mutant.ts';

export const MUTANTS: readonly Mutant[] = [...DOMAIN_MUTANTS, ...DOORS_MUTANTS, ...DATABASE_MUTANTS];
