import { readdirSync } from "node:fs";
import path from "node:path";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { ERROR_CODES, errorAnswer } from "@/lib/gateway/http/errors";
import { identityHeaders } from "@/lib/gateway/proxy/identity-headers";
import { createMetrics } from "@/lib/gateway/telemetry/metrics";
import { run } from "@/lib/ops/admin/run";
import { environmentOf } from "@/lib/ops/environments.mjs";
import { CONNECTIONS, SETTINGS } from "@/lib/ops/postgres/role-limits.mjs";
import manifest from "../../../package.json";
import { codesIn, readDoc, shellBlock, tableUnder } from "../../kit/docs";

/* The tables of the documentation match the code. */

const rooms = readdirSync(path.resolve(import.meta.dirname, "../../../lib"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "generated")
  .map(({ name }) => `${name}/`)
  .sort();

const column = (rows: string[][], index = 0) => rows.flatMap((cells) => codesIn(cells[index]));

test("README and architecture list every room of lib/, and no other", () => {
  expect(column(tableUnder("README.md", "Where the code is")).sort()).toEqual(rooms);
  expect(column(tableUnder("docs/architecture.md", "Rooms of lib/")).sort()).toEqual(rooms);
});

test("architecture gives a reason for every production dependency, and lists no other", () => {
  const rows = tableUnder("docs/architecture.md", "Production dependencies");
  const installed = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
  expect(column(rows).sort()).toEqual(installed.sort());
  expect(rows.filter(([, why = ""]) => why === "")).toEqual([]);
});

test("api lists every refusal of the gateway with its status and its words", () => {
  const listed = tableUnder("docs/api.md", "Refusals").map(([code, status, error]) => [
    codesIn(code)[0],
    Number(status),
    error,
  ]);
  expect(listed).toEqual(
    ERROR_CODES.map((code) => [code, errorAnswer(code).status, JSON.parse(errorAnswer(code).body).error]),
  );
});

test("operations lists every metric of the gateway", async () => {
  const metrics = createMetrics({
    keyCache: { isFresh: () => true, ageMs: () => 0, sizes: () => ({ known: 0, unknown: 0 }), lapses: 0 },
    activeKeys: { size: 0 },
    secrets: { opened: 0 },
    usage: { waiting: 0, lost: 0 },
  });
  const text = await metrics.text();
  const told = [...text.matchAll(/^# TYPE countersign_gateway_(\w+)/gm)].map(([, name]) => name);
  const listed = column(tableUnder("docs/operations.md", "Metrics")).map((name) => name.replace(/\{.*/, ""));
  expect(told.length).toBeGreaterThan(10);
  expect(listed.sort()).toEqual(told.sort());
});

test("performance lists every part of the bench, and every option", () => {
  const bench = readDoc("tests/bench/run.ts");
  const [, parts = ""] = /^const PARTS = \{ (.*) \};$/m.exec(bench) ?? [];
  expect(tableUnder("docs/performance.md", "What is measured").map(([part]) => part)).toEqual(parts.split(", "));
  expect(readDoc("docs/performance.md")).toContain(`\`${parts.replaceAll(" ", "")}\``);
  const options = [...bench.matchAll(/^ {4}(\w+): \{ type: "string"/gm)].map(([, name]) => `--${name}`);
  const listed = [...readDoc("docs/performance.md").matchAll(/^\| (`--.*?) \|/gm)].flatMap(([, cell]) => codesIn(cell));
  expect(options.length).toBeGreaterThan(5);
  expect(listed.map((option) => option.split(" ")[0]).sort()).toEqual(options.sort());
});

test("database has the limits of the roles as they are set", () => {
  const rows = new Map(
    tableUnder("docs/database.md", "Roles and their limits").map(([name = "", ...cells]) => [
      codesIn(name).at(-1) ?? name,
      cells,
    ]),
  );
  const roles = Object.keys(SETTINGS) as (keyof typeof SETTINGS)[];
  expect(rows.get("CONNECTION LIMIT")).toEqual(roles.map((role) => String(CONNECTIONS[role])));
  const seconds = (time: string) => `${Number(time.replace(/ms$/, "")) / 1_000 || Number(time.replace(/s$/, ""))} s`;
  for (const setting of ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"] as const)
    expect([setting, rows.get(setting)]).toEqual([setting, roles.map((role) => seconds(SETTINGS[role][setting]))]);
});

test("database names, for each function that lists events or mails, the migration that defined it last", () => {
  const migrations = readdirSync(path.resolve(import.meta.dirname, "../../../prisma/migrations"))
    .filter((name) => !name.includes("."))
    .sort();
  for (const name of ["events_that_tell", "events_of_rotation", "mails_that_tell"]) {
    const last = migrations.findLast((folder) =>
      new RegExp(`CREATE (?:OR REPLACE )?FUNCTION "${name}"\\(`).test(
        readDoc(`prisma/migrations/${folder}/migration.sql`),
      ),
    );
    expect([name, readDoc("docs/database.md")]).toEqual([
      name,
      expect.stringMatching(new RegExp(`\`${name}\`[^.;]*\`prisma/migrations/${last}\``)),
    ]);
  }
});

test("deployment says which process gets which variable", () => {
  const rows = tableUnder("docs/deployment.md", "Variables by process");
  const processes = ["dashboard", "gateway", "worker", "admin", "sealing", "migrate"] as const;
  const all = Object.fromEntries(
    readDoc("lib/ops/environments.mjs")
      .match(/(?<=")[A-Z_]+(?=")/g)
      ?.map((name) => [name, "1"]) ?? [],
  );
  const given = processes.map((name) => environmentOf(name, all) as Record<string, string>);
  const internal = ["NODE_ENV", "NEXT_TELEMETRY_DISABLED", "NEXTAUTH_URL", "DEMO_MAIL_DIR", "OPERATOR"];
  const variables = new Set(
    given.flatMap((values) => Object.keys(values).filter((name) => values[name] && !internal.includes(name))),
  );
  expect(column(rows).sort()).toEqual([...variables].sort());
  for (const [variable = "", ...cells] of rows) {
    const [name = ""] = codesIn(variable);
    expect([name, ...cells]).toEqual([name, ...given.map((values) => (values[name] ? "yes" : ""))]);
  }
});

test("the changelog begins with the release that package.json names", () => {
  const [, first] = /^## (\d+\.\d+\.\d+), (?:not released yet|\d{4}-\d\d-\d\d)$/m.exec(readDoc("CHANGELOG.md")) ?? [];
  expect(first).toBe(manifest.version);
});

test("every decision has its number and its title as the list of decisions has them", () => {
  const listed = [...readDoc("docs/decisions/README.md").matchAll(/^\| (\d{4}) \| \[(.*)\]\((.*)\) \|$/gm)];
  expect(listed.length).toBeGreaterThan(15);
  for (const [, number, title, file] of listed)
    expect(readDoc(`docs/decisions/${file}`).split("\n")[0]).toBe(`# ${number}. ${title}`);
});

/** The lines of a shell block that run the admin command, each split into words. */
const adminLines = (block: string) =>
  [...block.matchAll(/^npm run admin -- (.*?)(?: +#.*)?$/gm)].map(([, line = ""]) => line.match(/"[^"]*"|\S+/g) ?? []);

async function admin(...args: string[]): Promise<{ code: number; text: string }> {
  const output = new PassThrough();
  const code = await run(args, {
    operator: () => "docs",
    terminal: { input: new PassThrough(), output, errors: output },
  });
  return { code, text: String(output.read() ?? "") };
}

const inOperations = adminLines(shellBlock("docs/operations.md", "npm run admin"));
const inLeaks = adminLines(shellBlock("docs/leaks.md", "npm run admin"));

test.each([...inOperations, ...inLeaks].map((words) => [words.join(" "), words] as const))(
  "npm run admin -- %s is a valid command",
  async (_, words) => {
    const [command = "", ...rest] = words;
    if (command === "--help") return expect((await admin("--help")).code).toBe(0);
    const { code, text } = await admin(command, "--help");
    const usage = new RegExp(`^Usage: npm run admin -- ${command}((?:.|\\n {2})*)`).exec(text)?.[1] ?? "";
    const options = rest.filter((word) => word.startsWith("--"));
    const valued = options.filter((option) => new RegExp(`${option} [A-Z]`).test(usage));
    const wanted = usage
      .replace(/\[[^\]]*\]/g, "")
      .split(/\s+/)
      .filter((word, at, all) => /^[A-Z]+$/.test(word) && !all[at - 1]?.startsWith("--"));
    expect([code, options.filter((option) => !usage.includes(option))]).toEqual([0, []]);
    expect(rest.length - options.length - valued.length).toBe(wanted.length);
  },
);

test("operations shows every admin command", async () => {
  const { text } = await admin("--help");
  const commands = [...text.matchAll(/^ {2}([a-z0-9-]+) /gm)].map(([, name]) => name);
  expect(commands.length).toBeGreaterThan(10);
  expect(commands.filter((command) => !inOperations.some(([word]) => word === command))).toEqual([]);
});

const HEADERS = [
  ...identityHeaders({ key: { merchant: { id: "" }, number: 1 }, source: "", until: 0 } as Parameters<
    typeof identityHeaders
  >[0]),
  "X-Request-Id",
].filter((name) => name.startsWith("X-"));

test.each(["nginx-forward-auth.conf", "countersign.js", "envoy.yaml", "traefik.yaml", "apisix.json"])(
  "docs/gateway/%s hands on every header that the gateway sets",
  (file) => {
    const text = readDoc(`docs/gateway/${file}`).toLowerCase();
    expect(HEADERS).toHaveLength(5);
    expect(HEADERS.filter((name) => !text.includes(name.toLowerCase()))).toEqual([]);
  },
);

test("docs/gateway/apisix.json is JSON", () => {
  expect(() => JSON.parse(readDoc("docs/gateway/apisix.json"))).not.toThrow();
});

test("the gateway's page lists the headers that the gateway sets", () => {
  const listed = [...readDoc("docs/gateway.md").matchAll(/^\| `(X-[\w-]+)` \|/gm)].map(([, name]) => name);
  expect(listed.sort()).toEqual([...HEADERS].sort());
});
