-- Who carries calls between the platform and the world.
create table trunk (
    name text primary key,
    -- udp, tcp or tls
    transport text not null,
    enabled boolean not null,
    -- What the carrier's challenge is answered with. Both empty: it has none. The password is sealed.
    user_name text not null,
    password text not null,
    created_at_ms bigint not null
);

-- Where a trunk is called and calls from, in the order in which its addresses are tried.
create table trunk_address (
    trunk text not null references trunk (name),
    place bigint not null,
    -- An IP address and its port.
    address text not null,
    primary key (trunk, place)
);

-- Which trunks carry a route, in the order in which they are tried.
create table route_trunk (
    -- A key of a profile's routes, emergency, or default for every route that has none of its own.
    route text not null,
    place bigint not null,
    trunk text not null references trunk (name),
    primary key (route, place)
);
