-- The demo's billing system. A write is one call of billing.write: it happens once a key, whole or not at all.
-- It runs at every start; the lock is for two that start at once.
select pg_advisory_xact_lock(4471);
create schema if not exists billing;

-- The balance is what the customer owes: open invoices, less write-offs and less refunds, which are posted to it as a credit.
create table if not exists billing.account (
  id text primary key,
  name text not null,
  balance numeric(14, 2) not null,
  version bigint not null default 1
);
create table if not exists billing.invoice (
  account text not null references billing.account,
  id text not null,
  amount numeric(14, 2) not null check (amount > 0),
  paid boolean not null,
  refunded numeric(14, 2) not null default 0,
  primary key (account, id),
  check (refunded between 0 and case when paid then amount else 0 end)
);
create table if not exists billing.refund (
  id text primary key default 're_' || replace(gen_random_uuid()::text, '-', ''),
  key text unique,
  account text not null,
  invoice text not null,
  amount numeric(14, 2) not null check (amount > 0),
  state text not null default 'posted',
  foreign key (account, invoice) references billing.invoice
);
-- Books of older versions know no settled refund.
alter table billing.refund drop constraint if exists refund_state_check;
alter table billing.refund add constraint refund_state_check check (state in ('posted', 'settled', 'voided'));
create table if not exists billing.write_off (
  id text primary key default 'wo_' || replace(gen_random_uuid()::text, '-', ''),
  account text not null references billing.account,
  amount numeric(14, 2) not null check (amount > 0)
);
create table if not exists billing.idempotency (
  key text primary key,
  request jsonb not null,
  status integer,
  answer jsonb
);
create table if not exists billing.call (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  method text not null,
  path text not null,
  idempotency_key text,
  receipt text,
  body text not null,
  status integer
);

create or replace function billing.show_account(p_id text) returns jsonb language sql stable as $$
  select jsonb_build_object('id', a.id, 'name', a.name, 'balance', a.balance::text, 'version', a.version,
    'refundable', coalesce(sum(i.amount - i.refunded) filter (where i.paid), 0.00)::text,
    'invoices', coalesce(jsonb_agg(jsonb_build_object('id', i.id, 'amount', i.amount::text, 'state',
      case when not i.paid then 'open' when i.refunded = 0 then 'paid'
        when i.refunded = i.amount then 'refunded' else 'partly_refunded' end)
      order by length(i.id), i.id) filter (where i.id is not null), '[]'))
  from billing.account a left join billing.invoice i on i.account = a.id
  where a.id = p_id group by a.id
$$;

create or replace function billing.show_refund(r billing.refund) returns jsonb language sql immutable as $$
  select jsonb_build_object('id', r.id, 'state', r.state, 'account', r.account, 'invoice', r.invoice, 'amount', r.amount::text)
$$;

create or replace function billing.refuse(p_sentence text) returns jsonb language sql immutable as $$
  select jsonb_build_object('error', p_sentence)
$$;

-- Each of the three first locks the account's row, so that what it checks still holds when it writes.
create or replace function billing.post_refund(p_key text, p_request jsonb, out status integer, out answer jsonb) language plpgsql as $$
declare
  wanted numeric(14, 2) := (p_request ->> 'amount')::numeric;
  i billing.invoice;
  r billing.refund;
begin
  perform from billing.account a where a.id = p_request ->> 'account' for update;
  select * into i from billing.invoice x where x.account = p_request ->> 'account' and x.id = p_request ->> 'invoice';
  if i.id is null then
    status := 404; answer := billing.refuse('There is no such invoice on this account'); return;
  elsif not i.paid then
    status := 422; answer := billing.refuse(format('Invoice %s is not paid', i.id)); return;
  elsif wanted > i.amount - i.refunded then
    status := 422; answer := billing.refuse(format('Only %s of invoice %s can be refunded', i.amount - i.refunded, i.id)); return;
  end if;
  update billing.invoice x set refunded = refunded + wanted where x.account = i.account and x.id = i.id;
  update billing.account a set balance = balance - wanted, version = version + 1 where a.id = i.account;
  insert into billing.refund (key, account, invoice, amount) values (p_key, i.account, i.id, wanted) returning * into r;
  status := 201; answer := billing.show_refund(r);
end $$;

create or replace function billing.void_refund(p_request jsonb, out status integer, out answer jsonb) language plpgsql as $$
declare
  r billing.refund;
begin
  perform from billing.account a
    where a.id = (select x.account from billing.refund x where x.id = p_request ->> 'refund') for update;
  select * into r from billing.refund x where x.id = p_request ->> 'refund';
  if r.id is null then
    status := 404; answer := billing.refuse('There is no such refund'); return;
  elsif r.state <> 'posted' then
    status := 409; answer := billing.refuse(format('Refund %s is %s', r.id, r.state)); return;
  end if;
  update billing.invoice i set refunded = refunded - r.amount where i.account = r.account and i.id = r.invoice;
  update billing.account a set balance = balance + r.amount, version = version + 1 where a.id = r.account;
  update billing.refund x set state = 'voided' where x.id = r.id returning * into r;
  status := 200; answer := billing.show_refund(r);
end $$;

-- The bank has paid it out: it can't be voided any more.
create or replace function billing.settle_refund(p_request jsonb, out status integer, out answer jsonb) language plpgsql as $$
declare
  r billing.refund;
begin
  update billing.refund x set state = 'settled' where x.id = p_request ->> 'refund' and x.state <> 'voided' returning * into r;
  if r.id is null then
    status := 409; answer := billing.refuse('There is no such refund to be settled'); return;
  end if;
  status := 200; answer := billing.show_refund(r);
end $$;

-- Of a sandbox only: its books as they were on the first day. Who wrote what stays known.
create or replace function billing.reset(out status integer, out answer jsonb) language plpgsql as $$
begin
  delete from billing.refund;
  delete from billing.write_off;
  update billing.invoice set refunded = 0;
  update billing.account a set version = version + 1, balance = (
    select coalesce(sum(i.amount) filter (where not i.paid), 0) from billing.invoice i where i.account = a.id);
  status := 200; answer := '{"reset": true}';
end $$;

create or replace function billing.write_off_balance(p_request jsonb, out status integer, out answer jsonb) language plpgsql as $$
declare
  wanted numeric(14, 2) := (p_request ->> 'amount')::numeric;
  a billing.account;
  w billing.write_off;
begin
  select * into a from billing.account x where x.id = p_request ->> 'account' for update;
  if a.id is null then
    status := 404; answer := billing.refuse('There is no such account'); return;
  elsif a.version::text <> p_request ->> 'if_match' then
    status := 412; answer := billing.refuse(format('The account is at version %s', a.version)); return;
  elsif wanted > a.balance then
    status := 422; answer := billing.refuse(format('Only %s is owed', greatest(a.balance, 0.00))); return;
  end if;
  update billing.account x set balance = balance - wanted, version = version + 1 where x.id = a.id;
  insert into billing.write_off (account, amount) values (a.id, wanted) returning * into w;
  status := 201; answer := jsonb_build_object('id', w.id, 'account', w.account, 'amount', w.amount::text);
end $$;

-- Whoever comes second with a key waits at its row until the first has committed, and then gets the first one's answer.
create or replace function billing.write(p_key text, p_request jsonb, out status integer, out answer jsonb) language plpgsql as $$
declare
  known billing.idempotency;
begin
  if p_key is not null then
    insert into billing.idempotency (key, request) values (p_key, p_request) on conflict do nothing;
    if not found then
      select * into known from billing.idempotency k where k.key = p_key;
      status := known.status; answer := known.answer;
      if known.request <> p_request then
        status := 409; answer := billing.refuse('This Idempotency-Key came with another request before');
      end if;
      return;
    end if;
  end if;
  case p_request ->> 'do'
    when 'refund' then select * into status, answer from billing.post_refund(p_key, p_request);
    when 'settle' then select * into status, answer from billing.settle_refund(p_request);
    when 'reset' then select * into status, answer from billing.reset();
    when 'void' then select * into status, answer from billing.void_refund(p_request);
    when 'write_off' then select * into status, answer from billing.write_off_balance(p_request);
  end case;
  update billing.idempotency k set status = write.status, answer = write.answer where k.key = p_key;
end $$;

create or replace function billing.seed(p_accounts jsonb) returns void language sql as $$
  with new_account as (
    insert into billing.account (id, name, balance)
    select a ->> 'id', a ->> 'name', (
      select coalesce(sum((i ->> 'amount')::numeric), 0) from jsonb_array_elements(a -> 'invoices') i where i ->> 'state' = 'open')
    from jsonb_array_elements(p_accounts) a
    on conflict do nothing returning id
  )
  insert into billing.invoice (account, id, amount, paid)
  select n.id, i ->> 'id', (i ->> 'amount')::numeric, i ->> 'state' = 'paid'
  from new_account n
  join jsonb_array_elements(p_accounts) a on a ->> 'id' = n.id
  cross join jsonb_array_elements(a -> 'invoices') i
$$;
