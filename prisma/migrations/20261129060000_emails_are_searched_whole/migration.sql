-- The support desk compares e-mails whole, for which their unique index serves.
-- Survived since 0.1.0: its search for a part of an email reads more rows.
DROP INDEX IF EXISTS "users_email_parts";
