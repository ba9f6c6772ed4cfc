-- What a phone signs in with: the user name is fixed once the user is made, also when the extension
-- changes; of the secret only HA1 (RFC 2617: user, full realm and secret) is kept.
alter table client_user add column sip_user text not null default '';
alter table client_user add column ha1 text not null default '';
update client_user set sip_user = extension;
create unique index client_user_sip_user on client_user (client_id, sip_user);

-- The phones of users. One phone is one user's.
create table device (
    reseller_id text not null references reseller (id),
    mac text not null,
    user_id text not null references client_user (id) on delete cascade,
    primary key (reseller_id, mac)
);
create index device_user on device (user_id);

-- Limited clients: further logins of a client with some pages disabled (JSON) and, if there are
-- rows for it, restricted to some departments.
alter table account add column limited boolean not null default false;
alter table account add column language text not null default 'en';
alter table account add column disabled_pages text not null default '[]';
create table account_department (
    account_id text not null references account (id) on delete cascade,
    department text not null,
    primary key (account_id, department)
);

-- Counts what moves users between departments: a login that is restricted to some syncs anew then.
alter table client add column departments_epoch bigint not null default 0;
