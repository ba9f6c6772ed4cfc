-- How much a login may change: owner, support or read_only.
alter table account add column access text not null default 'owner';
