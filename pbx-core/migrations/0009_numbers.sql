-- Callers that are stopped. `owner` is the client's id, or empty for a block of the reseller's own,
-- which clients never learn of.
create table block (
    id text primary key,
    reseller_id text not null references reseller (id),
    owner text not null,
    kind text not null,
    -- E.164, the beginning of it, or empty for callers that hide their number.
    number text not null,
    note text not null,
    -- Whose login made it, in words: logins go, blocks stay.
    created_by text not null,
    created_at_ms bigint not null,
    hits bigint not null default 0,
    last_hit_at_ms bigint,
    unique (reseller_id, owner, kind, number)
);

-- What is sent with emergency calls: of a user, of a client, or of the reseller for all others.
create table emergency_caller (
    id text primary key,
    reseller_id text not null references reseller (id),
    -- Empty: the reseller's.
    client_id text not null,
    -- Empty: all users.
    user_id text not null,
    dialled text not null,
    caller_number text not null,
    location text not null,
    -- JSON, a list of addresses.
    notify_emails text not null,
    notify_desktop boolean not null,
    last_test_at_ms bigint,
    created_at_ms bigint not null,
    unique (reseller_id, client_id, user_id, dialled)
);

-- A leg that a reseller's block stopped does not exist for the client, and has no user. The
-- client's feed reads an index that leaves such legs out, so that it neither reads nor counts
-- them; the column stands in it, so that counting never looks into the rows.
alter table leg add column hidden boolean not null default false;
create index leg_changes_for_client on leg (client_id, seq, hidden) where not hidden;
