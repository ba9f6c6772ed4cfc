-- What engines are to remove, until they say that they did.
create table engine_removal (
    engine text not null,
    sip_user text not null,
    realm text not null,
    -- Empty: the user is gone, and with it what is kept for its calls for help.
    contact text not null,
    -- What the contact registered with. Null: it goes whatever that was.
    mark bigint,
    at_ms bigint not null,
    primary key (engine, sip_user, realm, contact)
);

-- How often a client was suspended: a phone that registered before that has to do it again.
alter table client add column suspensions bigint not null default 0;

create index registration_of_engine on registration (engine) where offline_since_ms is null;

-- Whether the end of a leg is an estimate is part of what is sent of it.
update leg set wire = wire || ',"end_estimated":true' where end_estimated;
alter table leg drop column end_estimated;
