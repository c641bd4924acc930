import { afterEach, describe, expect, test } from "vitest";
import { findMerchants } from "@/lib/support/search";
import { activated, asDatabaseOwner } from "../../kit/people/api-keys";
import { makeOwner } from "../../kit/people/people";
import { inSupportRole, makeStaff, PAGES } from "../../kit/people/support";

/** Everything in the database that could give access, and every way to read it. */
const HIDDEN = [
  "SELECT sealed_secret FROM api_keys",
  "SELECT key_version FROM api_keys",
  "SELECT * FROM api_keys",
  "SELECT k FROM api_keys k",
  "SELECT to_jsonb(k) FROM api_keys k",
  "SELECT count(*) FROM api_keys WHERE sealed_secret IS NOT NULL",
  "SELECT hash FROM passwords",
  "SELECT 1 FROM passwords",
  "SELECT sealed_seed FROM totp_devices",
  "SELECT last_step FROM totp_devices",
  "SELECT 1 FROM code_attempts",
  "SELECT sealed_copy FROM reveals",
  "SELECT ticket_hash FROM reveals",
  "SELECT 1 FROM sessions",
  "SELECT 1 FROM passkeys",
  "SELECT 1 FROM invitations",
  "SELECT 1 FROM outbox",
  "SELECT 1 FROM rate_limits",
  "COPY api_keys TO STDOUT",
  "SELECT rolpassword FROM pg_authid",
  "SELECT stavalues1 FROM pg_statistic",
];

const CHANGES = [
  "UPDATE api_keys SET status = 'retired'",
  "UPDATE users SET email = 'a@b.example'",
  "DELETE FROM audit_events",
  "UPDATE audit_events SET data = '{}'",
  "INSERT INTO memberships (merchant_id, user_id, role) SELECT m.id, u.id, 'owner' FROM merchants m, users u",
  "INSERT INTO audit_events (at, event, actor_kind) VALUES (now(), 'support.looked', 'support')",
  "CREATE TABLE mine (x int)",
  "CREATE TEMPORARY TABLE mine (x int)",
  "SELECT lo_create(0)",
  "SELECT lo_from_bytea(0, '\\x00')",
  "DELETE FROM open_invitations",
  "SET ROLE countersign_app",
  "ALTER TABLE audit_events DISABLE TRIGGER ALL",
];

test.each(HIDDEN)("the database itself refuses the support role: %s", async (sql) => {
  await expect(inSupportRole(sql)).rejects.toThrow(/permission denied/);
});

test.each(CHANGES)("the support role changes nothing: %s", async (sql) => {
  await expect(inSupportRole(sql)).rejects.toThrow(/permission denied|must be owner/);
});

test("this is the complete list of tables and columns the role can read", async () => {
  const rows = await asDatabaseOwner(`
    SELECT table_name || '.' || column_name AS name FROM information_schema.columns
    WHERE CASE WHEN table_schema = 'public' THEN has_column_privilege('countersign_support', format('public.%I', table_name), column_name, 'SELECT') END
    ORDER BY 1`);
  const readable = rows.map(({ name }) => String(name));
  expect([...new Set(readable.map((name) => name.split(".")[0]))]).toEqual([
    "api_keys",
    "audit_events",
    "key_last_used",
    "key_notes",
    "key_sources",
    "key_usage",
    "key_usage_days",
    "key_usage_hours",
    "login_states",
    "memberships",
    "merchants",
    "open_invitations",
    "refusals",
    "users",
  ]);
  expect(readable.filter((name) => /secret$|sealed|seed|hash|token|ticket|copy|step/.test(name))).toEqual([]);
  expect(readable.filter((name) => name.startsWith("login_states."))).toEqual(
    [
      ...[
        "changes_disabled",
        "changes_locked_until",
        "has_device",
        "link_until",
        "login_disabled",
        "login_locked_until",
        "passkeys",
        "seen_at",
      ],
      ...["user_id", "was_reset"],
    ].map((column) => `login_states.${column}`),
  );
  expect(readable.filter((name) => name.startsWith("users."))).toEqual(
    ["created_at", "disabled_at", "email", "id", "name", "staff_role"].map((column) => `users.${column}`),
  );
});

/** Grants that a page needs, which proves that it really reads through this role. */
const GRANTS: [page: keyof typeof PAGES, revoke: string, grant: string][] = [
  ["keys", "REVOKE SELECT (fingerprint) ON api_keys", "GRANT SELECT (fingerprint) ON api_keys"],
  ["keys", "REVOKE SELECT ON merchants", "GRANT SELECT ON merchants"],
  ["keys", "REVOKE SELECT (email) ON users", "GRANT SELECT (email) ON users"],
  ["key", "REVOKE SELECT (fingerprint) ON api_keys", "GRANT SELECT (fingerprint) ON api_keys"],
  ["key", "REVOKE SELECT ON key_notes", "GRANT SELECT ON key_notes"],
  ["key", "REVOKE SELECT ON key_usage", "GRANT SELECT ON key_usage"],
  ["keys", "REVOKE SELECT ON key_usage_days", "GRANT SELECT ON key_usage_days"],
  ["key", "REVOKE SELECT ON key_sources", "GRANT SELECT ON key_sources"],
  ["key", "REVOKE SELECT ON refusals", "GRANT SELECT ON refusals"],
  ["key", "REVOKE SELECT ON audit_events", "GRANT SELECT ON audit_events"],
  ["refusals", "REVOKE SELECT (fingerprint) ON api_keys", "GRANT SELECT (fingerprint) ON api_keys"],
  ["refusals", "REVOKE SELECT ON refusals", "GRANT SELECT ON refusals"],
  ["members", "REVOKE SELECT ON memberships", "GRANT SELECT ON memberships"],
  ["members", "REVOKE SELECT (name) ON users", "GRANT SELECT (name) ON users"],
  ["members", "REVOKE SELECT ON login_states", "GRANT SELECT ON login_states"],
  ["members", "REVOKE SELECT ON open_invitations", "GRANT SELECT ON open_invitations"],
  ["activity", "REVOKE SELECT ON audit_events", "GRANT SELECT ON audit_events"],
];

describe("without one of its grants", () => {
  let grant = "";
  afterEach(async () => {
    if (grant) await asDatabaseOwner(`${grant} TO countersign_support`);
  });

  test.each(GRANTS)("the page of %s breaks: %s", async (page, revoke, back) => {
    const [staff, owner] = [await makeStaff(), await makeOwner()];
    await activated(owner);
    expect(await PAGES[page](staff, owner.merchantId)).not.toBeNull();
    grant = back;
    await asDatabaseOwner(`${revoke} FROM countersign_support`);
    await expect(PAGES[page](staff, owner.merchantId)).rejects.toThrow(/permission denied/);
  });

  test("the search breaks: REVOKE SELECT (key) ON api_keys", async () => {
    grant = "GRANT SELECT (key) ON api_keys";
    await asDatabaseOwner("REVOKE SELECT (key) ON api_keys FROM countersign_support");
    await expect(findMerchants("A".repeat(32))).rejects.toThrow(/permission denied/);
  });
});

test("nothing that a page reads contains a secret, a seed, a hash or a ticket", async () => {
  const [staff, owner] = [await makeStaff(), await makeOwner()];
  const { id, secret, ticket } = await activated(owner);
  const shown = JSON.stringify(await Promise.all(Object.values(PAGES).map((page) => page(staff, owner.merchantId))));
  expect(shown).toContain(owner.email);
  expect(shown).not.toContain(secret);
  for (const sql of [
    `SELECT encode(sealed_secret, 'hex') AS it FROM api_keys WHERE id = '${id}'`,
    `SELECT encode(sealed_copy, 'hex') AS it FROM reveals WHERE key_id = '${id}'`,
    `SELECT hash AS it FROM passwords WHERE user_id = '${owner.userId}'`,
    `SELECT encode(sealed_seed, 'hex') AS it FROM totp_devices WHERE user_id = '${owner.userId}'`,
  ]) {
    const [row] = await asDatabaseOwner(sql);
    expect(String(row?.it).length).toBeGreaterThan(20);
    expect(shown).not.toContain(String(row?.it));
  }
  for (const hidden of [ticket, owner.seed, owner.password]) expect(shown).not.toContain(hidden);
});
