import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkExternal } from "@/lib/ops/postgres/external.mjs";
import { bundleOf, childEnv, root } from "../../kit/child-env";
import { startPgbouncer } from "../../kit/database/pgbouncer";
import { freePort } from "../../kit/free-port";

const { DATABASE_URL = "", APP_DATABASE_URL = "", GATEWAY_DATABASE_URL = "", SUPPORT_DATABASE_URL = "" } = process.env;
const DIRECT = { DATABASE_URL, APP_DATABASE_URL, GATEWAY_DATABASE_URL, SUPPORT_DATABASE_URL };
type Variable = keyof typeof DIRECT;
type Pooler = Awaited<ReturnType<typeof startPgbouncer<Variable>>>;

const poolers = {} as Record<"transaction" | "session", Pooler>;
beforeAll(async () => {
  for (const mode of ["transaction", "session"] as const) poolers[mode] = await startPgbouncer(mode, DIRECT);
});
afterAll(() => Promise.all(Object.values(poolers).map(({ close }) => close())));

const SENTENCE =
  /^(?:✗ )?(\w+(?: and \w+)?) leads? through a pooler, such as PgBouncer\. It must lead to PostgreSQL itself: Countersign pools its own connections \(docs\/database\.md\)\.$/;

async function run(name: string, env: Record<string, string | undefined>) {
  const ports = { PORT: String(await freePort()), GATEWAY_PORT: String(await freePort()), DRAIN_SECONDS: "0" };
  const child = spawn(
    process.execPath,
    [bundleOf(name), ...(name === "admin" ? ["disable-user", "a@b.example"] : [])],
    {
      cwd: root,
      env: childEnv({
        ...process.env,
        NODE_ENV: "production",
        NEXTAUTH_URL: undefined,
        OPERATOR: "root",
        ...ports,
        ...env,
      }),
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  let text = "";
  child.stderr.setEncoding("utf8").on("data", (more: string) => (text += more));
  const [code] = await once(child, "close");
  return { code, lines: text.trim().split("\n") };
}

test.each<[string, "transaction" | "session", Variable[]]>([
  ["gateway", "transaction", ["GATEWAY_DATABASE_URL"]],
  ["gateway", "session", ["GATEWAY_DATABASE_URL"]],
  ["dashboard", "transaction", ["APP_DATABASE_URL"]],
  ["dashboard", "transaction", ["SUPPORT_DATABASE_URL"]],
  ["dashboard", "session", ["APP_DATABASE_URL", "SUPPORT_DATABASE_URL"]],
  ["worker", "transaction", ["APP_DATABASE_URL"]],
  ["worker", "session", ["APP_DATABASE_URL"]],
  ["admin", "transaction", ["APP_DATABASE_URL"]],
  ["migrate", "transaction", ["DATABASE_URL"]],
])("the %s ends with one sentence where a pooler in %s mode is at %s", async (name, mode, variables) => {
  const env = {
    ...DIRECT,
    ...Object.fromEntries(variables.map((variable) => [variable, poolers[mode].urls[variable]])),
  };
  const { code, lines } = await run(name, env);
  expect(lines).toEqual([expect.stringMatching(SENTENCE)]);
  expect(SENTENCE.exec(lines[0] ?? "")?.[1]).toBe(variables.join(" and "));
  expect(code).toBe(1);
});

test("npm start says so before anything else about an external database", async () => {
  const { urls } = poolers.transaction;
  await expect(checkExternal({ ...DIRECT, GATEWAY_DATABASE_URL: urls.GATEWAY_DATABASE_URL })).rejects.toThrow(SENTENCE);
  await checkExternal(DIRECT);
});
