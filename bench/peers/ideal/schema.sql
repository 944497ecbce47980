create table proposal (
  id uuid primary key,
  agent text not null,
  idem text not null,
  account text not null,
  amount bigint not null,
  body jsonb not null,
  state text not null default 'open',
  decided_by text,
  due_at timestamptz not null default now() + interval '8 hours',
  lease_until timestamptz,
  result jsonb,
  unique (agent, idem)
);
create index proposal_due on proposal (due_at) where state = 'open';
create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  proposal uuid not null,
  account text not null,
  type text not null,
  data jsonb not null
);
create index audit_account on audit (account, at desc, id desc);
