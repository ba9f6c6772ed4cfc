-- My Account, the second factor, one-time codes, Connect As.
alter table reseller add column support_email text not null default '';

-- A removed login stays as a name for the audit log; its email is free again.
alter table account add column removed_at_ms bigint;
-- The second factor's secret, sealed. Pending: begun and not confirmed by a code yet.
alter table account add column totp_secret text;
alter table account add column totp_pending text;
alter table account add column totp_since_ms bigint;
-- The last step of 30 seconds whose code was taken: each is taken once.
alter table account add column totp_step bigint not null default 0;

-- Known by their hash, as everything that opens something.
create table recovery_code (
    account_id text not null references account (id) on delete cascade,
    hash text not null,
    used_at_ms bigint,
    primary key (account_id, hash)
);

-- A sign-in that waits for its second factor.
create table ticket (
    hash text primary key,
    account_id text not null references account (id) on delete cascade,
    device text not null,
    tries bigint not null default 0,
    expires_at_ms bigint not null
);
create index ticket_account on ticket (account_id);

-- One-time codes that set a password.
create table account_code (
    hash text primary key,
    account_id text not null references account (id) on delete cascade,
    expires_at_ms bigint not null
);
create index account_code_account on account_code (account_id);

-- Connect As: a session through another one of the same person, which it never outlives.
alter table session add column parent_id text references session (id) on delete cascade;
alter table session add column as_client_id text;
alter table session add column as_user_id text;
alter table session add column ends_at_ms bigint;
create index session_parent on session (parent_id);

-- Whom the person of account_id acted as; empty where it acted as itself.
alter table audit add column as_client_id text;
alter table audit add column as_user_id text;
