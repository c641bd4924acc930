-- Refused logins of a person are counted in one event an hour and source.
-- Survived since 0.1.0: its events name neither source nor hour, and are never equal.
CREATE UNIQUE INDEX CONCURRENTLY "audit_events_refused_logins" ON "audit_events" ("subject_id", ("data"->>'source'), ("data"->>'hour'))
  WHERE "event" = 'login.refused';
