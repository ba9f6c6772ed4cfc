-- What is asked for again and again, by what is known of it: a client's phones, its first number, and the calls of an
-- engine that somebody wants to end.
create index registration_of_client on registration (client_id) where offline_since_ms is null;
create index phone_number_of_client on phone_number (client_id, id);
create index live_call_to_end on live_call (engine, id) where ended_at_ms is null and hang_up_at_ms is not null;
