-- What the process that sends keeps: events that pbx-core does not have yet, in order. An id is never used
-- again, so that it is the number of its event.

create table if not exists event (
    id integer primary key autoincrement,
    -- Empty. Else what is told is the invite of a call that was made while nobody listened, under this name.
    late varchar(512) not null,
    told varchar(8192) not null
);

-- The server's ids of such calls.
create table if not exists late (
    key_name varchar(512) primary key,
    call varchar(64) not null,
    made_at integer not null default (strftime('%s', 'now'))
);
