-- The demo's fulfilment system. It runs at every start; the lock is for two that start at once.
select pg_advisory_xact_lock(4473);
create schema if not exists fulfilment;

create table if not exists fulfilment.shipment (
  id text primary key,
  held boolean not null,
  changed_at timestamptz not null default clock_timestamp()
);
-- The events that were worked off, so that one that comes again is not.
create table if not exists fulfilment.done (
  event text primary key,
  shipment text not null,
  held boolean not null,
  at timestamptz not null default clock_timestamp()
);
