import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: [
    'src/store/schema.ts',
    'src/store/schema-operations.ts',
    'src/store/schema-systems.ts',
    'src/store/schema-agents.ts',
    'src/store/schema-rollback.ts',
    'src/store/schema-people.ts',
    'src/store/schema-drill.ts',
    'src/store/schema-personal.ts',
  ],
  out: 'migrations',
});
