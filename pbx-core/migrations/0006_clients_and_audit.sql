-- What a client's users may know of it, as the feed sends it to them. Empty in rows of an earlier
-- version until the server starts.
alter table client add column wire_for_users text not null default '';
-- A change number: the legs of a client that came back are sent anew until none is below it.
alter table client add column restored_seq bigint;
-- The login that the client was made with: what its email and password mean.
alter table client add column account_id text;

-- Ways out that the platform adds to the four that every platform has.
create table outbound_route (
    key text primary key,
    name text not null,
    created_at_ms bigint not null
);

-- Names as they were when it happened.
alter table audit add column account_name text not null default '';
alter table audit add column acting_as text not null default '';
alter table audit add column subject_name text not null default '';
alter table audit add column client_name text not null default '';
-- The entry that this one undid.
alter table audit add column undoes_id text;
create index audit_client_time on audit (client_id, at_ms) where client_id is not null;
create index audit_undoes on audit (undoes_id) where undoes_id is not null;

create table branding (
    reseller_id text not null references reseller (id),
    -- logo or favicon
    kind text not null,
    content_type text not null,
    sha256 text not null,
    -- Base64: small enough for the database, and saved with it.
    content text not null,
    changed_at_ms bigint not null,
    primary key (reseller_id, kind)
);

create table custom_link (
    id text primary key,
    reseller_id text not null references reseller (id),
    title text not null,
    url text not null,
    icon text not null,
    place bigint not null,
    created_at_ms bigint not null
);
create index custom_link_order on custom_link (reseller_id, place);
