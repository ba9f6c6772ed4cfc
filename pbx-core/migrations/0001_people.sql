-- Who there is. One text for SQLite and PostgreSQL: ids are text, instants bigint milliseconds,
-- documents text JSON. `seq` is the place in the reseller's change feed, `wire` the thing's JSON
-- as the feed sends it, kept beside the columns so that the feed never decodes a row.

create table meta (
    key text primary key,
    value text not null
);

create table reseller (
    id text primary key,
    name text not null,
    realm text not null unique,
    offline_days bigint not null default 30,
    sample boolean not null default false,
    -- The last change number given out. Taken under the row's lock, so no number becomes
    -- visible after a higher one.
    change_seq bigint not null default 0,
    -- Tombstones up to here are gone: an older cursor has to start anew.
    purged_seq bigint not null default 0,
    created_at_ms bigint not null
);

create table client (
    id text primary key,
    reseller_id text not null references reseller (id),
    name text not null,
    realm text not null,
    first_name text not null default '',
    last_name text not null default '',
    email text not null default '',
    language text not null default 'en',
    time_zone text not null,
    country text not null,
    -- Empty: no limit. 0: no such call.
    max_outbound_calls bigint,
    max_international_calls bigint,
    memo text not null default '',
    production boolean not null default true,
    suspended boolean not null default false,
    recordings_allowed boolean not null default true,
    archived_at_ms bigint,
    created_at_ms bigint not null,
    seq bigint not null,
    wire text not null,
    unique (reseller_id, realm)
);
create index client_changes on client (reseller_id, seq);

create table profile (
    id text primary key,
    reseller_id text not null references reseller (id),
    name text not null,
    is_default boolean not null default false,
    -- Features and outbound routes, JSON.
    settings text not null default '{}',
    created_at_ms bigint not null,
    seq bigint not null,
    wire text not null,
    unique (reseller_id, name)
);
create index profile_changes on profile (reseller_id, seq);
create unique index profile_one_default on profile (reseller_id) where is_default;

create table client_profile (
    client_id text not null references client (id),
    profile_id text not null references profile (id),
    is_default boolean not null default false,
    primary key (client_id, profile_id)
);

create table client_user (
    id text primary key,
    reseller_id text not null references reseller (id),
    client_id text not null references client (id),
    profile_id text references profile (id),
    first_name text not null,
    last_name text not null,
    email text not null default '',
    voicemail_email text not null default '',
    department text not null default '',
    language text not null default 'en',
    extension text not null,
    internal_caller_name text not null default '',
    external_caller_id text not null default '',
    emergency_caller_id text not null default '',
    dial_seconds bigint not null default 20,
    in_directory boolean not null default true,
    created_at_ms bigint not null,
    seq bigint not null,
    wire text not null,
    unique (client_id, extension)
);
create index client_user_changes on client_user (reseller_id, seq);
create index client_user_changes_of_client on client_user (client_id, seq);

create table phone_number (
    id text primary key,
    reseller_id text not null references reseller (id),
    client_id text not null references client (id),
    e164 text not null unique,
    emergency_validated boolean not null default false,
    -- What it leads to, JSON.
    routing text not null default '{}',
    created_at_ms bigint not null,
    seq bigint not null,
    wire text not null
);
create index phone_number_changes on phone_number (reseller_id, seq);
create index phone_number_changes_of_client on phone_number (client_id, seq);
