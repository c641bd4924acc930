import { rmSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { checkExternal, excessRights } from "@/lib/ops/postgres/external.mjs";
import { scratchPlace } from "@/lib/ops/postgres/place.mjs";
import { startPostgres } from "@/lib/ops/postgres/postgres.mjs";
import { CONNECTIONS, SETTINGS } from "@/lib/ops/postgres/role-limits.mjs";
import { forEachRole, makeRoles, ROLES } from "@/lib/ops/postgres/roles.mjs";
import { program } from "../../kit/gateway/programs";

const root = path.resolve(import.meta.dirname, "../../..");
const place = scratchPlace();
let postgres: Awaited<ReturnType<typeof startPostgres>>;
beforeAll(async () => {
  postgres = await startPostgres(place, { password: "superuser" });
});
afterAll(async () => {
  await postgres.stop();
  rmSync(place.remove, { recursive: true, force: true });
});

const passwords = (word: string) => forEachRole(() => word);
const dbRoles = (args: string[], env: Record<string, string>) =>
  program({ file: "lib/ops/db-roles.mjs", args }, { cwd: root, env }).ended;

async function logIn(url: string): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (
      await client.query(
        "SELECT current_user::text AS role, current_setting('idle_in_transaction_session_timeout') AS patience",
      )
    ).rows[0];
  } finally {
    await client.end();
  }
}

async function asSuperuser(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: postgres.url("postgres") });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe("npm run db:roles", () => {
  test("prints SQL without a password, and the matching URLs, and does not connect to a database", async () => {
    const { code, output } = await dbRoles([], { DATABASE_URL: "postgres://owner:word@db.example.com:6543/keys" });
    const [, password = ""] =
      /APP_DATABASE_URL=postgres:\/\/countersign_app:([\w-]{32})@db\.example\.com:6543\/keys/.exec(output) ?? [];
    expect(code).toBe(0);
    expect(password).not.toBe("");
    expect(output.split(password)).toHaveLength(2);
    expect(output.match(/^CREATE ROLE .*PASSWORD 'SCRAM-SHA-256\$/gm)).toHaveLength(3);
  });

  test("refuses to apply anything without DATABASE_URL", async () => {
    const { code, output } = await dbRoles(["--apply"], { DATABASE_URL: "" });
    expect(code).toBe(1);
    expect(output).toContain("DATABASE_URL is not set");
  });

  test("applies it once: the printed URLs connect to the database, and a second run changes no password", async () => {
    const env = { DATABASE_URL: postgres.url("postgres") };
    const first = await dbRoles(["--apply"], env);
    const urls = [...first.output.matchAll(/^(?:APP|GATEWAY|SUPPORT)_DATABASE_URL=(.*)$/gm)].map(
      ([, url]) => url as string,
    );
    const second = await dbRoles(["--apply"], env);
    expect(second.output).toContain(`keep their passwords; their limits are set: ${ROLES.join(", ")}`);
    expect(second.output).not.toContain("DATABASE_URL=");
    const [app, gateway, support] = await Promise.all(urls.map(logIn));
    expect([app?.role, gateway?.role, support?.role]).toEqual(ROLES);
    expect(app?.patience).toBe("5s");
  });

  test("sets each role's connection limit and time limits, also of existing roles, and says how many connections may be configured", async () => {
    const env = { DATABASE_URL: postgres.url("postgres") };
    for (const role of ROLES) await asSuperuser(`ALTER ROLE ${role} CONNECTION LIMIT -1; ALTER ROLE ${role} RESET ALL`);
    await dbRoles(["--apply"], { ...env, GATEWAY_CONNECTIONS: "7" });
    const rows = await asSuperuser(`SELECT rolname AS role, rolconnlimit AS most, rolconfig AS config FROM pg_roles
      WHERE rolname = ANY ('{${ROLES}}') ORDER BY 1`);
    const expected = ROLES.map((role) => ({
      role,
      most: role === "countersign_gateway" ? 7 : CONNECTIONS[role],
      config: Object.entries(SETTINGS[role]).map(([name, value]) => `${name}=${value}`),
    }));
    expect(rows).toEqual(expected);
    expect(Object.keys(expected)).toHaveLength(3);
  });

  test.each(["0", "-1", "many", "1.5"])("refuses SUPPORT_CONNECTIONS=%s", async (number) => {
    const { code, output } = await dbRoles([], { SUPPORT_CONNECTIONS: number });
    expect({ code, output: output.trim().split("\n").at(-1) }).toEqual({
      code: 1,
      output: `✗ SUPPORT_CONNECTIONS is "${number}". It must be a whole number, 1 or more.`,
    });
  });
});

describe("the roles of a cluster", () => {
  test("a role at its connection limit gets no more connections, and the other roles do", async () => {
    await makeRoles(postgres.url("postgres"), passwords("word"), {
      reset: true,
      connections: { ...CONNECTIONS, countersign_support: 2 },
    });
    const connect = async (role: string) => {
      const client = new pg.Client({ connectionString: postgres.url("postgres", role, "word") });
      client.on("error", () => undefined);
      await client.connect();
      onTestFinished(() => client.end());
    };
    await Promise.all([connect("countersign_support"), connect("countersign_support")]);
    await expect(connect("countersign_support")).rejects.toMatchObject({ code: "53300" });
    await connect("countersign_gateway");
  });

  test("a role that holds the lock for creating roles delays them for a limited time, and is named", async () => {
    await makeRoles(postgres.url("postgres"), passwords("word"), { reset: true });
    const holder = new pg.Client({ connectionString: postgres.url("postgres", "countersign_support", "word") });
    await holder.connect();
    onTestFinished(() => holder.end());
    const { rows } = await holder.query("SELECT pg_backend_pid() AS pid, pg_advisory_lock(7265001)");
    await expect(makeRoles(postgres.url("postgres"), passwords("word"), { lockWaitMs: 300 })).rejects.toThrow(
      `countersign_support (process ${rows[0].pid}) has the lock`,
    );
  });

  test("a start is refused where a role has no limits, and names it", async () => {
    await makeRoles(postgres.url("postgres"), passwords("word"), { reset: true });
    const url = (role: string) => postgres.url("postgres", role, "word");
    const [app = "", gateway = "", support = ""] = ROLES;
    const values = {
      DATABASE_URL: postgres.url("postgres"),
      APP_DATABASE_URL: url(app),
      GATEWAY_DATABASE_URL: url(gateway),
      SUPPORT_DATABASE_URL: url(support),
    };
    await checkExternal(values);
    await asSuperuser(
      `ALTER ROLE ${app} RESET ALL; ALTER ROLE ${gateway} CONNECTION LIMIT -1; ALTER ROLE ${support} RESET lock_timeout`,
    );
    await expect(checkExternal(values)).rejects.toThrow(
      [
        "APP_DATABASE_URL: countersign_app has not a statement_timeout, nor a lock_timeout, nor an idle_in_transaction_session_timeout. npm run db:roles prints the SQL that sets it.",
        "GATEWAY_DATABASE_URL: countersign_gateway has not a CONNECTION LIMIT. npm run db:roles prints the SQL that sets it.",
        "SUPPORT_DATABASE_URL: countersign_support has not a lock_timeout. npm run db:roles prints the SQL that sets it.",
      ].join("\n  "),
    );
    expect(await excessRights(values)).toContain(
      "countersign_support can make temporary tables (docs/database.md says how to take that away).",
    );
  });

  test("ten concurrent starts create each role once, and none of them fails", async () => {
    const client = new pg.Client({ connectionString: postgres.url("postgres") });
    await client.connect();
    for (const role of ROLES) await client.query(`DROP ROLE ${role}`);
    await client.end();
    const made = await Promise.all(
      Array.from({ length: 10 }, () => makeRoles(postgres.url("postgres"), passwords("word"))),
    );
    expect(made.flat().sort()).toEqual(ROLES);
  });

  test("a reset makes the given password valid and the old one invalid", async () => {
    await makeRoles(postgres.url("postgres"), passwords("new"), { reset: true });
    expect(await logIn(postgres.url("postgres", "countersign_app", "new"))).toMatchObject({ role: "countersign_app" });
    await expect(logIn(postgres.url("postgres", "countersign_app", "word"))).rejects.toThrow(
      "password authentication failed",
    );
  });
});
