-- Accounts are people; a reseller, a client or a user may have several.
create table account (
    id text primary key,
    reseller_id text not null references reseller (id),
    client_id text references client (id),
    user_id text references client_user (id),
    role text not null,
    -- Whose email must differ: the reseller for its own people, the client for the rest.
    tenant_id text not null,
    -- Lower case, as sign-in compares it.
    email text not null,
    first_name text not null default '',
    last_name text not null default '',
    password_hash text not null,
    may_delete_recordings boolean not null default false,
    disabled boolean not null default false,
    created_at_ms bigint not null,
    unique (tenant_id, role, email)
);
create index account_email on account (reseller_id, email);

create table session (
    id text primary key,
    account_id text not null references account (id),
    device text not null,
    address text not null,
    created_at_ms bigint not null,
    last_seen_at_ms bigint not null,
    revoked_at_ms bigint
);
create index session_account on session (account_id);

-- Tokens are known by the SHA-256 of their text alone.
create table token (
    hash text primary key,
    session_id text not null references session (id) on delete cascade,
    kind text not null,
    expires_at_ms bigint not null,
    -- When a refresh token was exchanged. Seen again later, it was stolen: the session ends.
    spent_at_ms bigint
);
create index token_session on token (session_id);
create index token_expiry on token (expires_at_ms);

create table audit (
    id text primary key,
    reseller_id text not null references reseller (id),
    client_id text,
    account_id text,
    -- A login that acts through another one; empty where nobody does.
    through_account_id text,
    at_ms bigint not null,
    address text not null,
    action text not null,
    subject_kind text not null,
    subject_id text not null,
    before_state text,
    after_state text
);
create index audit_time on audit (reseller_id, at_ms);
