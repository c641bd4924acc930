-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "StaffRole" AS ENUM ('support');

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('owner', 'limits', 'exchange', 'view', 'restricted');

-- CreateEnum
CREATE TYPE "MerchantMode" AS ENUM ('live', 'test');

-- CreateEnum
CREATE TYPE "KeyStatus" AS ENUM ('generated', 'active', 'inactive', 'retired');

-- CreateEnum
CREATE TYPE "SessionStage" AS ENUM ('enrol', 'new_password', 'full');

-- CreateEnum
CREATE TYPE "CodePurpose" AS ENUM ('login', 'step_up');

-- CreateEnum
CREATE TYPE "ActorKind" AS ENUM ('user', 'support', 'operator', 'system');

-- CreateTable
CREATE TABLE "users" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "staff_role" "StaffRole",
    "disabled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "passwords" (
    "user_id" UUID NOT NULL,
    "hash" TEXT NOT NULL,
    "temporary" BOOLEAN NOT NULL DEFAULT false,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "passwords_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "totp_devices" (
    "user_id" UUID NOT NULL,
    "sealed_seed" BYTEA NOT NULL,
    "key_version" INTEGER NOT NULL,
    "last_step" BIGINT NOT NULL DEFAULT 0,
    "enrolled_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "totp_devices_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "code_attempts" (
    "user_id" UUID NOT NULL,
    "purpose" "CodePurpose" NOT NULL,
    "reserved" INTEGER NOT NULL DEFAULT 0,
    "reserved_at" TIMESTAMPTZ(3),
    "failures" INTEGER NOT NULL DEFAULT 0,
    "failures_without_success" INTEGER NOT NULL DEFAULT 0,
    "locked_until" TIMESTAMPTZ(3),

    CONSTRAINT "code_attempts_pkey" PRIMARY KEY ("user_id","purpose")
);

-- CreateTable
CREATE TABLE "sessions" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "user_id" UUID NOT NULL,
    "stage" "SessionStage" NOT NULL DEFAULT 'full',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "ended_reason" TEXT,
    "address" TEXT,
    "user_agent" TEXT,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "merchants" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "number" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "mode" "MerchantMode" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "merchants_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "memberships" (
    "merchant_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "role" "Role" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "memberships_pkey" PRIMARY KEY ("merchant_id","user_id")
);

-- CreateTable
CREATE TABLE "api_keys" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "number" SERIAL NOT NULL,
    "merchant_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "status" "KeyStatus" NOT NULL DEFAULT 'generated',
    "sealed_secret" BYTEA,
    "key_version" INTEGER,
    "fingerprint" TEXT,
    "allowed_ips" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "generated_by" UUID,
    "generated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "first_activated_at" TIMESTAMPTZ(3),
    "activated_by" UUID,
    "activated_at" TIMESTAMPTZ(3),
    "deactivated_by" UUID,
    "deactivated_at" TIMESTAMPTZ(3),
    "deactivation_reason" TEXT,
    "retired_by" UUID,
    "retired_at" TIMESTAMPTZ(3),
    "retirement_reason" TEXT,
    "secret_received_at" TIMESTAMPTZ(3),
    "refused_everywhere_at" TIMESTAMPTZ(3),
    "changed_xid" xid8 NOT NULL DEFAULT pg_current_xact_id(),

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "reveals" (
    "key_id" UUID NOT NULL,
    "ticket_hash" BYTEA NOT NULL,
    "parameters_hash" BYTEA NOT NULL,
    "user_id" UUID NOT NULL,
    "session_id" UUID NOT NULL,
    "sealed_copy" BYTEA NOT NULL,
    "deliveries" INTEGER NOT NULL DEFAULT 0,
    "expires_at" TIMESTAMPTZ(3) NOT NULL DEFAULT (now() + '00:02:00'::interval),

    CONSTRAINT "reveals_pkey" PRIMARY KEY ("key_id")
);

-- CreateTable
CREATE TABLE "audit_events" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "event" TEXT NOT NULL,
    "actor_kind" "ActorKind" NOT NULL,
    "actor_id" UUID,
    "merchant_id" UUID,
    "api_key_id" UUID,
    "subject_id" UUID,
    "session_id" UUID,
    "address" TEXT,
    "data" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "audit_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rate_limits" (
    "key" VARCHAR(255) NOT NULL,
    "points" INTEGER NOT NULL DEFAULT 0,
    "expire" BIGINT,

    CONSTRAINT "rate_limits_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");

-- CreateIndex
CREATE INDEX "sessions_user_id_idx" ON "sessions"("user_id");

-- CreateIndex
CREATE INDEX "sessions_expires_at_idx" ON "sessions"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "merchants_number_key" ON "merchants"("number");

-- CreateIndex
CREATE INDEX "memberships_user_id_idx" ON "memberships"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_number_key" ON "api_keys"("number");

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_key_key" ON "api_keys"("key");

-- CreateIndex
CREATE INDEX "api_keys_changed_xid_idx" ON "api_keys"("changed_xid");

-- CreateIndex
CREATE UNIQUE INDEX "reveals_ticket_hash_key" ON "reveals"("ticket_hash");

-- CreateIndex
CREATE INDEX "reveals_expires_at_idx" ON "reveals"("expires_at");

-- CreateIndex
CREATE INDEX "audit_events_merchant_id_id_idx" ON "audit_events"("merchant_id", "id");

-- CreateIndex
CREATE INDEX "audit_events_actor_id_id_idx" ON "audit_events"("actor_id", "id" DESC);

-- CreateIndex
CREATE INDEX "rate_limits_expire_idx" ON "rate_limits"("expire");

-- AddForeignKey
ALTER TABLE "passwords" ADD CONSTRAINT "passwords_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "totp_devices" ADD CONSTRAINT "totp_devices_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "code_attempts" ADD CONSTRAINT "code_attempts_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_merchant_id_fkey" FOREIGN KEY ("merchant_id") REFERENCES "merchants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_merchant_id_fkey" FOREIGN KEY ("merchant_id") REFERENCES "merchants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "reveals" ADD CONSTRAINT "reveals_key_id_fkey" FOREIGN KEY ("key_id") REFERENCES "api_keys"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- ---------------------------------------------------------------------------------------------------------------------
-- Rules the database itself holds. Everything below is written by hand: the schema language has no words for it.
-- ---------------------------------------------------------------------------------------------------------------------

ALTER SEQUENCE "merchants_number_seq" RESTART WITH 20001;
ALTER SEQUENCE "api_keys_number_seq" RESTART WITH 1001;

ALTER TABLE "users" ADD CONSTRAINT "users_email_lower_case" CHECK ("email" = lower("email"));

-- At most one active key a merchant: the rule a race cannot get past.
CREATE UNIQUE INDEX "api_keys_one_active_per_merchant" ON "api_keys" ("merchant_id") WHERE "status" = 'active';

-- Keyset pages of the two lists, read backwards; both columns in one direction, so that a row comparison finds its place at once.
CREATE INDEX "api_keys_listed" ON "api_keys" ("merchant_id", "number") WHERE "status" <> 'retired';
CREATE INDEX "api_keys_retired" ON "api_keys" ("merchant_id", "number") WHERE "status" = 'retired';
-- A deactivation on its way is looked for at every activation.
CREATE INDEX "api_keys_deactivated" ON "api_keys" ("merchant_id", "deactivated_at" DESC) WHERE "deactivated_at" IS NOT NULL;

ALTER TABLE "api_keys"
  ADD CONSTRAINT "api_keys_key_form" CHECK ("key" ~ '^[A-Za-z0-9]{32}$'),
  ADD CONSTRAINT "api_keys_secret_from_first_activation" CHECK (
    ("first_activated_at" IS NULL) = ("sealed_secret" IS NULL)
    AND ("sealed_secret" IS NULL) = ("key_version" IS NULL)
    AND ("sealed_secret" IS NULL) = ("fingerprint" IS NULL)),
  ADD CONSTRAINT "api_keys_active_has_secret" CHECK ("status" <> 'active' OR "sealed_secret" IS NOT NULL),
  ADD CONSTRAINT "api_keys_generated_has_none" CHECK ("status" <> 'generated' OR "sealed_secret" IS NULL),
  ADD CONSTRAINT "api_keys_at_most_50_addresses" CHECK (cardinality("allowed_ips") <= 50);

-- Gateways learn of a change by its transaction id: no clock, no window.
CREATE FUNCTION "stamp_changed_xid"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW."changed_xid" := pg_current_xact_id();
  RETURN NEW;
END $$;
CREATE TRIGGER "api_keys_stamp_changed_xid" BEFORE INSERT OR UPDATE ON "api_keys"
  FOR EACH ROW EXECUTE FUNCTION "stamp_changed_xid"();

-- Write-once columns, and a retired key never comes back, whoever asks.
CREATE FUNCTION "refuse_rewriting_a_key"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."key" <> OLD."key" OR NEW."merchant_id" <> OLD."merchant_id" OR NEW."id" <> OLD."id" OR NEW."number" <> OLD."number" THEN
    RAISE EXCEPTION 'a key, its number and its merchant are write-once' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF OLD."sealed_secret" IS NOT NULL AND (
       NEW."sealed_secret" IS DISTINCT FROM OLD."sealed_secret"
    OR NEW."key_version" IS DISTINCT FROM OLD."key_version"
    OR NEW."fingerprint" IS DISTINCT FROM OLD."fingerprint"
    OR NEW."first_activated_at" IS DISTINCT FROM OLD."first_activated_at") THEN
    RAISE EXCEPTION 'a sealed secret is write-once' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF OLD."status" = 'retired' AND NEW."status" <> 'retired' THEN
    RAISE EXCEPTION 'a retired key never comes back' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "api_keys_write_once" BEFORE UPDATE ON "api_keys"
  FOR EACH ROW EXECUTE FUNCTION "refuse_rewriting_a_key"();

-- ---------------------------------------------------------------------------------------------------------------------
-- Who may touch what. The roles exist before the first migration runs (npm run db:roles).
-- ---------------------------------------------------------------------------------------------------------------------

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO countersign_app, countersign_gateway, countersign_support;

-- The dashboard and the worker. No SELECT on sealed_secret: the dashboard seals what it can never read.
GRANT SELECT, INSERT, UPDATE ON "users", "passwords", "totp_devices", "code_attempts", "merchants" TO countersign_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON "sessions", "memberships", "reveals", "rate_limits" TO countersign_app;
GRANT SELECT, INSERT ON "audit_events" TO countersign_app;
GRANT INSERT, UPDATE ON "api_keys" TO countersign_app;
GRANT SELECT (
  "id", "number", "merchant_id", "key", "status", "key_version", "fingerprint", "allowed_ips", "generated_by", "generated_at",
  "first_activated_at", "activated_by", "activated_at", "deactivated_by", "deactivated_at", "deactivation_reason", "retired_by",
  "retired_at", "retirement_reason", "secret_received_at", "refused_everywhere_at", "changed_xid"
) ON "api_keys" TO countersign_app;
GRANT USAGE ON SEQUENCE "merchants_number_seq", "api_keys_number_seq", "audit_events_id_seq" TO countersign_app;

-- The gateway: what a signed request is judged by, and nothing about people.
GRANT SELECT ("id", "number", "merchant_id", "key", "status", "sealed_secret", "key_version", "allowed_ips", "activated_at", "changed_xid")
  ON "api_keys" TO countersign_gateway;
GRANT SELECT ("id", "name") ON "merchants" TO countersign_gateway;

-- The support desk: status and history; no sealed secret, seed or hash.
GRANT SELECT ("id", "email", "name", "staff_role", "disabled_at", "created_at") ON "users" TO countersign_support;
GRANT SELECT ON "merchants", "memberships" TO countersign_support;
GRANT SELECT (
  "id", "number", "merchant_id", "key", "status", "fingerprint", "allowed_ips", "generated_by", "generated_at", "first_activated_at",
  "activated_by", "activated_at", "deactivated_by", "deactivated_at", "deactivation_reason", "retired_by", "retired_at",
  "retirement_reason", "secret_received_at", "refused_everywhere_at"
) ON "api_keys" TO countersign_support;
GRANT SELECT ON "audit_events" TO countersign_support;
GRANT INSERT ("event", "actor_kind", "actor_id", "merchant_id", "session_id", "address", "data") ON "audit_events" TO countersign_support;
GRANT USAGE ON SEQUENCE "audit_events_id_seq" TO countersign_support;

-- The one thing the support desk writes is that it looked.
CREATE FUNCTION "support_records_only_looks"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_user = 'countersign_support' AND (NEW."event" <> 'support.looked' OR NEW."actor_kind" <> 'support') THEN
    RAISE EXCEPTION 'the support desk records only that it looked' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "audit_events_support_looks" BEFORE INSERT ON "audit_events"
  FOR EACH ROW EXECUTE FUNCTION "support_records_only_looks"();
