-- Why somebody cannot log in, as the support desk shows it: facts, and nothing that opens anything.
-- The desk's role reads the two views, and none of the tables below them.
CREATE VIEW "login_states" WITH (security_barrier) AS
SELECT u."id" AS "user_id",
  EXISTS (SELECT FROM "totp_devices" d WHERE d."user_id" = u."id") AS "has_device",
  (SELECT count(*)::integer FROM "passkeys" p WHERE p."user_id" = u."id") AS "passkeys",
  EXISTS (SELECT FROM "passwords" w WHERE w."user_id" = u."id" AND w."temporary") AS "was_reset",
  (SELECT max(i."expires_at") FROM "invitations" i
    WHERE i."user_id" = u."id" AND i."merchant_id" IS NULL AND i."accepted_at" IS NULL) AS "link_until",
  (SELECT max(s."seen_at") FROM "sessions" s WHERE s."user_id" = u."id" AND s."stage" = 'full') AS "seen_at",
  CASE WHEN l."locked_until" > now() THEN l."locked_until" END AS "login_locked_until",
  coalesce(l."failures_without_success" >= 50, false) AS "login_disabled",
  CASE WHEN c."locked_until" > now() THEN c."locked_until" END AS "changes_locked_until",
  coalesce(c."failures_without_success" >= 50, false) AS "changes_disabled"
FROM "users" u
  LEFT JOIN "code_attempts" l ON l."user_id" = u."id" AND l."purpose" = 'login'
  LEFT JOIN "code_attempts" c ON c."user_id" = u."id" AND c."purpose" = 'step_up';

CREATE VIEW "open_invitations" WITH (security_barrier) AS
SELECT "merchant_id", "user_id", "role", "created_at", "expires_at" FROM "invitations"
WHERE "accepted_at" IS NULL AND "merchant_id" IS NOT NULL;

GRANT SELECT ON "login_states", "open_invitations" TO countersign_support;
