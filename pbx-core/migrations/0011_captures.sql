-- Legs whose recording is pending: the engine has, or will have, a capture of their call. A row goes
-- when the recording is stored, or a day after it was given up.
create table awaited_capture (
    call_id text primary key,
    reseller_id text not null,
    leg_id text not null,
    since_ms bigint not null,
    -- The leg says that there is no recording. One that comes after all is still taken.
    given_up boolean not null default false
);
