-- ---------------------------------------------------------------------------------------------------------------------
-- Mail
-- ---------------------------------------------------------------------------------------------------------------------

-- CreateTable
CREATE TABLE "outbox" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "recipient" TEXT NOT NULL,
    "template" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "sent_at" TIMESTAMPTZ(3),
    "given_up_at" TIMESTAMPTZ(3),
    "last_error" TEXT,

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id")
);

-- Whatever is neither sent nor given up, by the time it is due: all that the worker looks through.
CREATE INDEX "outbox_due" ON "outbox" ("due_at") WHERE "sent_at" IS NULL AND "given_up_at" IS NULL;

-- What the worker forgets after a while.
CREATE INDEX "outbox_sent" ON "outbox" ("sent_at") WHERE "sent_at" IS NOT NULL;
CREATE INDEX "outbox_given_up" ON "outbox" ("given_up_at") WHERE "given_up_at" IS NOT NULL;

ALTER TABLE "outbox" ADD CONSTRAINT "outbox_sent_or_given_up" CHECK ("sent_at" IS NULL OR "given_up_at" IS NULL);

-- The worker is the dashboard's role; the support desk and the gateway see no mail.
GRANT SELECT, INSERT, UPDATE, DELETE ON "outbox" TO countersign_app;

-- ---------------------------------------------------------------------------------------------------------------------
-- Support desk and activity
-- ---------------------------------------------------------------------------------------------------------------------

-- Names and e-mails are searched by any part of them. Where the server has no pg_trgm, or its owner may not use it, the search
-- works without the indexes, and reads every row.
DO $$ BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  CREATE INDEX "merchants_name_parts" ON "merchants" USING gin (lower("name") gin_trgm_ops);
  CREATE INDEX "users_email_parts" ON "users" USING gin ("email" gin_trgm_ops);
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
  RAISE NOTICE 'pg_trgm is not available: the support desk searches names without an index';
END $$;

-- One kind of event of a merchant, and the events of a person that belong to no merchant: logins, locked codes, a new device. Every
-- column in one direction, so that a row comparison finds its place at once.
CREATE INDEX "audit_events_of_a_kind" ON "audit_events" ("merchant_id", "event", "id");
CREATE INDEX "audit_events_by_a_person" ON "audit_events" ("actor_id", "id") WHERE "merchant_id" IS NULL;
CREATE INDEX "audit_events_about_a_person" ON "audit_events" ("subject_id", "id") WHERE "merchant_id" IS NULL;

-- The newest key that waits for its activation, however many old ones a merchant has.
CREATE INDEX "api_keys_waiting" ON "api_keys" ("merchant_id", "number") WHERE "status" = 'generated';

-- An operator takes a lost 2FA device away. The dashboard's role could put another in its place before.
GRANT DELETE ON "totp_devices" TO countersign_app;

-- A look names who looked and at which merchant.
CREATE OR REPLACE FUNCTION "support_records_only_looks"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_user = 'countersign_support'
    AND (NEW."event" <> 'support.looked' OR NEW."actor_kind" <> 'support' OR NEW."actor_id" IS NULL OR NEW."merchant_id" IS NULL) THEN
    RAISE EXCEPTION 'the support desk records only that it looked' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- Team
-- ---------------------------------------------------------------------------------------------------------------------

-- CreateTable
CREATE TABLE "invitations" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "user_id" UUID NOT NULL,
    "merchant_id" UUID,
    "role" "Role",
    "invited_by" UUID,
    "temporary_hash" TEXT,
    "token_hash" BYTEA,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "expires_at" TIMESTAMPTZ(3) NOT NULL DEFAULT (now() + '7 days'::interval),
    "accepted_at" TIMESTAMPTZ(3),

    CONSTRAINT "invitations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "first_logins" (
    "session_id" UUID NOT NULL,
    "invitation_id" UUID NOT NULL,
    "sealed_seed" BYTEA,
    "key_version" INTEGER,

    CONSTRAINT "first_logins_pkey" PRIMARY KEY ("session_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "invitations_token_hash_key" ON "invitations"("token_hash");

-- CreateIndex
CREATE INDEX "invitations_merchant_id_idx" ON "invitations"("merchant_id");

-- CreateIndex
CREATE INDEX "invitations_user_id_idx" ON "invitations"("user_id");

-- CreateIndex
CREATE INDEX "first_logins_invitation_id_idx" ON "first_logins"("invitation_id");

-- AddForeignKey
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_merchant_id_fkey" FOREIGN KEY ("merchant_id") REFERENCES "merchants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "first_logins" ADD CONSTRAINT "first_logins_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "first_logins" ADD CONSTRAINT "first_logins_invitation_id_fkey" FOREIGN KEY ("invitation_id") REFERENCES "invitations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- One open invitation a person and merchant: adding somebody again replaces it, and its link.
CREATE UNIQUE INDEX "invitations_one_open" ON "invitations" ("user_id", "merchant_id") WHERE "accepted_at" IS NULL AND "merchant_id" IS NOT NULL;
CREATE UNIQUE INDEX "invitations_one_way_back" ON "invitations" ("user_id") WHERE "accepted_at" IS NULL AND "merchant_id" IS NULL;

ALTER TABLE "invitations"
  ADD CONSTRAINT "invitations_role_at_a_merchant" CHECK (("merchant_id" IS NULL) = ("role" IS NULL)),
  ADD CONSTRAINT "invitations_open_nothing_once_accepted" CHECK ("accepted_at" IS NULL OR ("token_hash" IS NULL AND "temporary_hash" IS NULL));
ALTER TABLE "first_logins" ADD CONSTRAINT "first_logins_seed_with_its_key" CHECK (("sealed_seed" IS NULL) = ("key_version" IS NULL));

-- Neither the support desk nor the gateway sees a temporary password's hash, a link's hash or a seed.
GRANT SELECT, INSERT, UPDATE, DELETE ON "invitations", "first_logins" TO countersign_app;

-- ---------------------------------------------------------------------------------------------------------------------
-- Account
-- ---------------------------------------------------------------------------------------------------------------------

-- CreateTable
CREATE TABLE "recovery_codes" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "user_id" UUID NOT NULL,
    "hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "recovery_codes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "device_moves" (
    "user_id" UUID NOT NULL,
    "session_id" UUID NOT NULL,
    "sealed_seed" BYTEA NOT NULL,
    "key_version" INTEGER NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL DEFAULT (now() + '00:10:00'::interval),

    CONSTRAINT "device_moves_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "passkeys" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "user_id" UUID NOT NULL,
    "credential_id" TEXT NOT NULL,
    "public_key" BYTEA NOT NULL,
    "counter" BIGINT NOT NULL DEFAULT 0,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "passkeys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "passkey_challenges" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "challenge" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "user_id" UUID,
    "session_id" UUID,
    "binding" BYTEA,
    "name" TEXT,
    "expires_at" TIMESTAMPTZ(3) NOT NULL DEFAULT (now() + '00:02:00'::interval),

    CONSTRAINT "passkey_challenges_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "recovery_codes_hash_key" ON "recovery_codes"("hash");

-- CreateIndex
CREATE INDEX "recovery_codes_user_id_idx" ON "recovery_codes"("user_id");

-- CreateIndex
CREATE INDEX "device_moves_expires_at_idx" ON "device_moves"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "passkeys_credential_id_key" ON "passkeys"("credential_id");

-- CreateIndex
CREATE INDEX "passkeys_user_id_idx" ON "passkeys"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "passkey_challenges_challenge_key" ON "passkey_challenges"("challenge");

-- CreateIndex
CREATE INDEX "passkey_challenges_user_id_idx" ON "passkey_challenges"("user_id");

-- CreateIndex
CREATE INDEX "passkey_challenges_expires_at_idx" ON "passkey_challenges"("expires_at");

-- AddForeignKey
ALTER TABLE "recovery_codes" ADD CONSTRAINT "recovery_codes_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "device_moves" ADD CONSTRAINT "device_moves_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "passkeys" ADD CONSTRAINT "passkeys_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "passkey_challenges" ADD CONSTRAINT "passkey_challenges_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A login's challenge is anybody's; every other one is for one user, one session and one thing.
ALTER TABLE "passkey_challenges" ADD CONSTRAINT "passkey_challenges_for_one_thing" CHECK (
  CASE "purpose"
    WHEN 'login' THEN "user_id" IS NULL AND "session_id" IS NULL AND "binding" IS NULL AND "name" IS NULL
    WHEN 'step_up' THEN "user_id" IS NOT NULL AND "session_id" IS NOT NULL AND "binding" IS NOT NULL AND "name" IS NULL
    WHEN 'registration' THEN "user_id" IS NOT NULL AND "session_id" IS NOT NULL AND "binding" IS NULL AND "name" IS NOT NULL
    ELSE false
  END);

-- Neither the support desk nor the gateway sees a code's hash, a seed or a passkey.
GRANT SELECT, INSERT, UPDATE, DELETE ON "recovery_codes", "device_moves", "passkeys", "passkey_challenges" TO countersign_app;
