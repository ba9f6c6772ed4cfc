-- Tables of Kamailio's htable, as pbx-core said last: by user and realm the calls for help, and the trunks.

create table if not exists version (
    table_name varchar(32) primary key,
    table_version integer not null
);
insert or replace into version values ('help', 2), ('kept', 2);

create table if not exists help (
    key_name varchar(255) primary key,
    key_type integer not null default 0,
    value_type integer not null default 0,
    key_value varchar(4096) not null,
    expires integer not null default 0
);

create table if not exists kept (
    key_name varchar(255) primary key,
    key_type integer not null default 0,
    value_type integer not null default 0,
    key_value text not null,
    expires integer not null default 0
);
