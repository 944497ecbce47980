import { fileURLToPath } from 'node:url';
import postgres from 'postgres';

const schema = fileURLToPath(new URL('customers.sql', import.meta.url));

export const STATUSES = ['active', 'paused', 'closed'] as const;
export type Status = (typeof STATUSES)[number];

export type Customer = { id: string; name: string; status: Status; changed_at: string };

export type Change = { customer: string; status: Status; at: Date };

export type Customers = Awaited<ReturnType<typeof openCustomers>>;

/** The CRM's state. Everything is in its schema `crm`, which is made if it is not there. */
export async function openCustomers(databaseUrl: string) {
  const sql = postgres(databaseUrl, { max: 4, onnotice: () => {} });
  try {
    await sql.file(schema);
  } catch (error) {
    await sql.end({ timeout: 1 });
    throw error;
  }
  return {
    find: async (id: string): Promise<Customer | undefined> => {
      const [row] = await sql<Customer[]>`
        select id, name, status, to_char(changed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as changed_at
        from crm.customer where id = ${id}`;
      return row;
    },
    /** Committed when it returns; false: there is no such customer. */
    setStatus: async (id: string, status: Status): Promise<boolean> => {
      const rows = await sql`
        with changed as (
          update crm.customer set status = ${status}, changed_at = clock_timestamp() where id = ${id} returning id)
        insert into crm.change (customer, status) select id, ${status} from changed returning 1`;
      return rows.length > 0;
    },
    reset: async (): Promise<void> => {
      await sql`update crm.customer set status = 'active', changed_at = clock_timestamp() where status <> 'active'`;
    },
    /** Oldest first. */
    changes: async (): Promise<Change[]> => [
      ...(await sql<Change[]>`select customer, status, at from crm.change order by id`),
    ],
    /** Customers that are there already stay as they are. */
    seed: async (customers: readonly { id: string; name: string }[]): Promise<void> => {
      const rows = customers.map(({ id, name }) => ({ id, name }));
      await sql`insert into crm.customer ${sql(rows, 'id', 'name')} on conflict (id) do nothing`;
    },
    close: () => sql.end({ timeout: 5 }),
  };
}
