-- What usrloc and dialog of Kamailio 5.6 keep. Names, types and versions are theirs.

create table if not exists version (
    table_name varchar(32) primary key,
    table_version integer not null
);
insert or replace into version values ('location', 9), ('location_attrs', 1), ('dialog', 7), ('dialog_vars', 1);

create table if not exists location (
    id integer primary key,
    ruid varchar(64) not null unique,
    username varchar(64) not null,
    domain varchar(64),
    contact varchar(512) not null,
    received varchar(128),
    path varchar(512),
    expires timestamp not null,
    q real not null default 1.0,
    callid varchar(255) not null,
    cseq integer not null default 1,
    last_modified timestamp not null default '2000-01-01 00:00:01',
    flags integer not null default 0,
    cflags integer not null default 0,
    user_agent varchar(255) not null default '',
    socket varchar(64),
    methods integer,
    instance varchar(255),
    reg_id integer not null default 0,
    server_id integer not null default 0,
    connection_id integer not null default 0,
    keepalive integer not null default 0,
    partition integer not null default 0
);
create index if not exists location_by_contact on location (username, domain, contact);
create index if not exists location_by_expiry on location (expires);
-- See measure.cfg.
create index if not exists location_by_turn on location (id % 600);

create table if not exists location_attrs (
    id integer primary key,
    ruid varchar(64) not null,
    username varchar(64) not null,
    domain varchar(64),
    aname varchar(64) not null,
    atype integer not null default 0,
    avalue varchar(512) not null default '',
    last_modified timestamp not null default '2000-01-01 00:00:01'
);

create table if not exists dialog (
    id integer primary key,
    hash_entry integer not null,
    hash_id integer not null,
    callid varchar(255) not null,
    from_uri varchar(255) not null,
    from_tag varchar(128) not null,
    to_uri varchar(255) not null,
    to_tag varchar(128) not null,
    caller_cseq varchar(20) not null,
    callee_cseq varchar(20) not null,
    caller_route_set varchar(512),
    callee_route_set varchar(512),
    caller_contact varchar(255) not null,
    callee_contact varchar(255) not null,
    caller_sock varchar(64) not null,
    callee_sock varchar(64) not null,
    state integer not null,
    start_time integer not null,
    timeout integer not null default 0,
    sflags integer not null default 0,
    iflags integer not null default 0,
    toroute_name varchar(32),
    req_uri varchar(255) not null,
    xdata varchar(512)
);
create index if not exists dialog_by_hash on dialog (hash_entry, hash_id);

create table if not exists dialog_vars (
    id integer primary key,
    hash_entry integer not null,
    hash_id integer not null,
    dialog_key varchar(128) not null,
    dialog_value varchar(512) not null
);
create index if not exists dialog_vars_by_hash on dialog_vars (hash_entry, hash_id);
