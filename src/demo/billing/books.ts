import { fileURLToPath } from 'node:url';
import postgres from 'postgres';

const schema = fileURLToPath(new URL('books.sql', import.meta.url));

/** Money is a string with two decimals everywhere. */
export type SeedAccount = {
  id: string;
  name: string;
  invoices: { id: string; amount: string; state: 'paid' | 'open' }[];
};

export type WriteRequest =
  | { do: 'refund'; account: string; invoice: string; amount: string }
  | { do: 'void' | 'settle'; refund: string }
  | { do: 'reset' }
  | { do: 'write_off'; account: string; amount: string; if_match: string | null };

/** One request that arrived. `status` is null while it is not answered, and stays so if the answer never left. */
export type Call = {
  at: Date;
  method: string;
  path: string;
  idempotencyKey: string | null;
  /** The `countersign-receipt` header. */
  receipt: string | null;
  body: string;
  status: number | null;
};

export type Answer = { status: number; body: unknown };

export type Books = Awaited<ReturnType<typeof openBooks>>;

/** The billing system's state. Everything is in its schema `billing`, which is made if it is not there. */
export async function openBooks(databaseUrl: string) {
  const sql = postgres(databaseUrl, { max: 8, onnotice: () => {} });
  try {
    await sql.file(schema);
  } catch (error) {
    await sql.end({ timeout: 1 });
    throw error;
  }
  const read = async (rows: PromiseLike<{ body?: unknown }[]>, missing: string): Promise<Answer> => {
    const [row] = await rows;
    return row?.body ? { status: 200, body: row.body } : { status: 404, body: { error: missing } };
  };
  return {
    account: (id: string) =>
      read(sql`select billing.show_account(${id}) as body`, 'There is no such account'),
    refund: (id: string) =>
      read(
        sql`select billing.show_refund(r) as body from billing.refund r where id = ${id}`,
        'There is no such refund',
      ),
    refundByKey: (key: string) =>
      read(
        sql`select billing.show_refund(r) as body from billing.refund r where key = ${key}`,
        'No refund has this key',
      ),
    /** Committed when it returns, refusals under a key included: the same key gets the same answer for ever. */
    write: async (key: string | null, request: WriteRequest): Promise<Answer> => {
      const [row] = await sql<Answer[]>`
        select status, answer as body from billing.write(${key}, ${sql.json(request)})`;
      if (row === undefined) throw new Error('billing.write returned nothing.');
      return row;
    },
    record: async (call: Omit<Call, 'at' | 'status'>): Promise<string> => {
      const [row] = await sql<{ id: string }[]>`
        insert into billing.call (method, path, idempotency_key, receipt, body)
        values (${call.method}, ${call.path}, ${call.idempotencyKey}, ${call.receipt}, ${call.body}) returning id`;
      return row?.id ?? '';
    },
    recordStatus: async (id: string, status: number): Promise<void> => {
      await sql`update billing.call set status = ${status} where id = ${id}`;
    },
    listCalls: async (): Promise<Call[]> => [
      ...(await sql<Call[]>`
        select at, method, path, idempotency_key as "idempotencyKey", receipt, body, status from billing.call order by id`),
    ],
    /** Accounts that are there already stay as they are. */
    seed: async (accounts: readonly SeedAccount[]): Promise<void> => {
      await sql`select billing.seed(${sql.json(accounts)})`;
    },
    close: () => sql.end({ timeout: 5 }),
  };
}
