-- The demo's CRM. It runs at every start; the lock is for two that start at once.
select pg_advisory_xact_lock(4472);
create schema if not exists crm;

create table if not exists crm.customer (
  id text primary key,
  name text not null,
  status text not null default 'active' check (status in ('active', 'paused', 'closed')),
  changed_at timestamptz not null default clock_timestamp()
);
-- Every change that was asked for and done, the same one twice if it was asked for twice.
create table if not exists crm.change (
  id bigint primary key generated always as identity,
  customer text not null references crm.customer,
  status text not null,
  at timestamptz not null default clock_timestamp()
);
