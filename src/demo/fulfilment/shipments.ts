import { fileURLToPath } from 'node:url';
import postgres from 'postgres';

const schema = fileURLToPath(new URL('shipments.sql', import.meta.url));

export type Shipments = Awaited<ReturnType<typeof openShipments>>;

/** The fulfilment system's state. Everything is in its schema `fulfilment`, which is made if it is not there. */
export async function openShipments(databaseUrl: string) {
  const sql = postgres(databaseUrl, { max: 2, onnotice: () => {} });
  try {
    await sql.file(schema);
  } catch (error) {
    await sql.end({ timeout: 1 });
    throw error;
  }
  return {
    /** Holds or releases a shipment, once an event. Committed when it returns. */
    set: async (event: string, shipment: string, held: boolean): Promise<void> => {
      await sql`
        with fresh as (
          insert into fulfilment.done (event, shipment, held) values (${event}, ${shipment}, ${held})
          on conflict (event) do nothing returning shipment)
        insert into fulfilment.shipment (id, held) select shipment, ${held} from fresh
        on conflict (id) do update set held = excluded.held, changed_at = clock_timestamp()`;
    },
    close: () => sql.end({ timeout: 5 }),
  };
}
