import { rmSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeRoles, ROLES } from "@/lib/ops/database-roles.mjs";
import { startPostgres } from "@/lib/ops/postgres.mjs";
import { scratchPlace } from "@/lib/ops/postgres-place.mjs";
import { program } from "../kit/programs";

const root = path.resolve(import.meta.dirname, "../..");
const place = scratchPlace();
let postgres: Awaited<ReturnType<typeof startPostgres>>;
beforeAll(async () => {
  postgres = await startPostgres(place, { password: "superuser" });
});
afterAll(async () => {
  await postgres.stop();
  rmSync(place.remove, { recursive: true, force: true });
});

const passwords = (word: string) => Object.fromEntries(ROLES.map((role) => [role, word]));
const dbRoles = (args: string[], env: Record<string, string>) => program({ file: "lib/ops/db-roles.mjs", args }, { cwd: root, env }).ended;

async function logIn(url: string): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query("SELECT current_user::text AS role, current_setting('idle_in_transaction_session_timeout') AS patience"))
      .rows[0];
  } finally {
    await client.end();
  }
}

describe("npm run db:roles", () => {
  test("prints SQL without a password, and the URLs that go with it, and touches no database", async () => {
    const { code, output } = await dbRoles([], { DATABASE_URL: "postgres://owner:word@db.example.com:6543/keys" });
    const [, password = ""] = /APP_DATABASE_URL=postgres:\/\/countersign_app:([\w-]{32})@db\.example\.com:6543\/keys/.exec(output) ?? [];
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

  test("applies it once: the printed URLs open the database, a second run leaves every password alone", async () => {
    const env = { DATABASE_URL: postgres.url("postgres") };
    const first = await dbRoles(["--apply"], env);
    const urls = [...first.output.matchAll(/^(?:APP|GATEWAY|SUPPORT)_DATABASE_URL=(.*)$/gm)].map(([, url]) => url as string);
    const second = await dbRoles(["--apply"], env);
    expect(second.output).toContain(`left as they are: ${ROLES.join(", ")}`);
    expect(second.output).not.toContain("DATABASE_URL=");
    const [app, gateway, support] = await Promise.all(urls.map(logIn));
    expect([app?.role, gateway?.role, support?.role]).toEqual(ROLES);
    expect(app?.patience).toBe("5s");
  });
});

describe("the roles of a cluster", () => {
  test("ten starts at once make each role once, and none of them fails", async () => {
    const client = new pg.Client({ connectionString: postgres.url("postgres") });
    await client.connect();
    for (const role of ROLES) await client.query(`DROP ROLE ${role}`);
    await client.end();
    const made = await Promise.all(Array.from({ length: 10 }, () => makeRoles(postgres.url("postgres"), passwords("word"))));
    expect(made.flat().sort()).toEqual(ROLES);
  });

  test("a reset makes the given password the right one, and the old one wrong", async () => {
    await makeRoles(postgres.url("postgres"), passwords("new"), { reset: true });
    expect(await logIn(postgres.url("postgres", "countersign_app", "new"))).toMatchObject({ role: "countersign_app" });
    await expect(logIn(postgres.url("postgres", "countersign_app", "word"))).rejects.toThrow("password authentication failed");
  });
});
