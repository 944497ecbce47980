import { integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytea } from './schema.ts';

/** The personal values that an audit event commits to, as they may be told. All that is ever deleted of the record. */
export const auditValue = pgTable(
  'audit_value',
  {
    stream: text().notNull(),
    seq: integer().notNull(),
    /** Where it belongs in the event's data: `/input/iban`. */
    path: text().notNull(),
    salt: bytea('salt').notNull(),
    /** Its RFC 8785 form, which is what was committed to. */
    value: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.stream, t.seq, t.path] })],
);
