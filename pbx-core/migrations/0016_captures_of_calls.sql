-- What was recorded of a call is every leg's of those who talked: the legs say themselves that theirs is pending.
alter table awaited_capture drop column leg_id;
