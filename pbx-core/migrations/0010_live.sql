-- What is going on now, as engines tell it. What is over keeps its row for a day, so that what an
-- engine says again is known.

-- Starts of engines, in the order in which they were first heard of.
create table engine_boot (
    engine text not null,
    boot text not null,
    place bigint not null,
    seen_at_ms bigint not null,
    primary key (engine, boot)
);

create table live_call (
    id text primary key,
    reseller_id text not null references reseller (id),
    client_id text not null,
    engine text not null,
    -- A hash of the start, the SIP call id and the tag: the same invite is the same call.
    invite text not null,
    -- The start that has it, as the place in engine_boot.
    boot_place bigint not null,
    -- What the engine was answered, and what is known of the call, both JSON.
    answer text not null,
    state text not null,
    -- How many calls to outside it may make at once, and how many of them to other countries.
    outbound_slots bigint not null,
    international_slots bigint not null,
    seq bigint not null,
    hang_up_at_ms bigint,
    ended_at_ms bigint,
    unique (engine, invite)
);
create index live_call_changes on live_call (reseller_id, seq);
create index live_call_of_client on live_call (client_id) where ended_at_ms is null;
create index live_call_of_engine on live_call (engine) where ended_at_ms is null;
create index live_call_over on live_call (ended_at_ms) where ended_at_ms is not null;

create table registration (
    id text primary key,
    reseller_id text not null references reseller (id),
    client_id text not null,
    user_id text not null references client_user (id) on delete cascade,
    engine text not null,
    public_address text not null,
    expires_at_ms bigint not null,
    offline_since_ms bigint,
    -- What was said of it lately, JSON: whatever order it came in, it gives the same state.
    said text not null,
    seq bigint not null
);
create index registration_changes on registration (reseller_id, seq);
create index registration_of_user on registration (user_id);
create index registration_due on registration (expires_at_ms) where offline_since_ms is null;

-- Nobody told when the call ended: it is the instant at which it was known to be over.
alter table leg add column end_estimated boolean not null default false;
