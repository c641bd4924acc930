-- The support desk compares e-mails whole, for which their unique index serves.
DROP INDEX IF EXISTS "users_email_parts";
