-- One row a leg. What the feed sends is put together from the id columns, `wire` (the rest of the
-- JSON object, without its braces) and the two recording columns, so that a changed recording or
-- user never rewrites the record itself.
create table leg (
    id text primary key,
    reseller_id text not null,
    client_id text not null,
    user_id text,
    call_id text not null,
    seq bigint not null,
    started_at_ms bigint not null,
    talk_seconds bigint not null,
    direction text not null,
    result text not null,
    wire text not null,
    -- pbx_api::RecordingState
    recording text not null default 'none',
    -- JSON of pbx_api::RecordingInfo while the recording is available, else empty.
    recording_info text not null default '',
    -- What an import compares to know a record again: first 8 bytes of its fingerprint, and all
    -- of its identity.
    fingerprint bigint not null,
    identity text not null
);
create unique index leg_changes on leg (reseller_id, seq);
create index leg_changes_of_client on leg (client_id, seq);
create index leg_changes_of_user on leg (user_id, seq) where user_id is not null;
create index leg_call on leg (call_id);
create index leg_fingerprint on leg (fingerprint);

-- The audio of a leg. A row is there before its blob and after it: `pending` until the blob is
-- whole, `deleted` before the blob goes. A sweep at start settles what a crash left behind.
create table recording (
    leg_id text primary key,
    reseller_id text not null,
    object_key text not null,
    state text not null,
    size_bytes bigint not null default 0,
    sha256 text not null default '',
    file_name text not null default '',
    content_type text not null default '',
    changed_at_ms bigint not null
);
create index recording_unsettled on recording (state) where state in ('pending', 'deleting');

-- What is gone, or gone for some. `for_reseller` is false where only the client or user named
-- lost it.
create table tombstone (
    reseller_id text not null,
    seq bigint not null,
    kind text not null,
    subject_id text not null,
    for_reseller boolean not null,
    client_id text,
    user_id text,
    at_ms bigint not null,
    primary key (reseller_id, seq)
);
create index tombstone_client on tombstone (client_id, seq) where client_id is not null;
create index tombstone_user on tombstone (user_id, seq) where user_id is not null;
