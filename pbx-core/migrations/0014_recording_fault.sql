-- Why a leg that was to be recorded has no recording; empty where it has one or was not to be.
alter table leg add column recording_fault text not null default '';
