import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { environmentOf } from "@/lib/ops/environments.mjs";
import { newKeys } from "@/lib/ops/keys.mjs";

const keys = newKeys();
const complete = {
  APP_DATABASE_URL: "postgres://countersign_app:word@127.0.0.1:5432/countersign",
  SUPPORT_DATABASE_URL: "postgres://countersign_support:word@127.0.0.1:5432/countersign",
  GATEWAY_DATABASE_URL: "postgres://countersign_gateway:word@127.0.0.1:5432/countersign",
  DATABASE_URL: "postgres://owner:word@127.0.0.1:5432/countersign",
  DEMO_MAIL_DIR: "/nowhere",
  ...keys,
};

beforeEach(() => {
  vi.resetModules();
  for (const [name, value] of Object.entries(complete)) vi.stubEnv(name, value);
});
afterEach(() => vi.unstubAllEnvs());

type Reader = Exclude<keyof typeof import("@/lib/platform/env"), "supportDatabaseEnv" | "WrongEnvironment">;
const read = async (name: Reader): Promise<object> => (await import("@/lib/platform/env"))[name]();

describe("an incomplete environment is refused", () => {
  test.each([
    ["dashboardEnv", "APP_DATABASE_URL"],
    ["dashboardEnv", "SUPPORT_DATABASE_URL"],
    ["dashboardEnv", "NEXTAUTH_SECRET"],
    ["dashboardEnv", "TOTP_KEYS"],
    ["dashboardEnv", "SEALING_PUBLIC_KEY"],
    ["gatewayEnv", "GATEWAY_DATABASE_URL"],
    ["gatewayEnv", "SEALING_PRIVATE_KEYS"],
    ["workerEnv", "APP_DATABASE_URL"],
    ["ownerEnv", "DATABASE_URL"],
  ] as const)("%s names the missing %s", async (process, name) => {
    vi.stubEnv(name, undefined);
    await expect(read(process)).rejects.toThrow(`${name} is not set.`);
  });

  test("an empty variable counts as not set", async () => {
    vi.stubEnv("NEXTAUTH_SECRET", "");
    await expect(read("dashboardEnv")).rejects.toThrow("NEXTAUTH_SECRET is not set.");
  });

  test("one error names every missing or invalid variable", async () => {
    vi.stubEnv("PORT", "eighty");
    vi.stubEnv("TOTP_KEYS", undefined);
    await expect(read("dashboardEnv")).rejects.toThrow(/PORT must be a port number[\s\S]*TOTP_KEYS is not set/);
  });
});

describe("an invalid value is refused by name", () => {
  test.each([
    ["PORT", "0"],
    ["PORT", "65536"],
    ["PUBLIC_ORIGIN", "http://localhost:3000/"],
    ["PUBLIC_ORIGIN", "localhost:3000"],
    ["APP_DATABASE_URL", "mysql://localhost/countersign"],
    ["NEXTAUTH_SECRET", "short"],
    ["TRUSTED_PROXIES", "10.0.0.0/8, nginx"],
    ["TRUSTED_PROXIES", "10.0.0.1/8"],
    ["TRUSTED_PROXIES", "0.0.0.0/0"],
    ["TRUSTED_PROXIES", "10.0.0.0/8, ::/0"],
    ["TRUSTED_PROXIES", "0.0.0.0/1,128.0.0.0/1"],
    ["TRUSTED_PROXIES", "::ffff:0:0/96"],
    ["TRUSTED_PROXIES", "2000::/3"],
    ["ALLOW_PRIVATE_IPS", "yes"],
    ["TOTP_KEYS", "1:c2hvcnQ="],
    ["SEALING_PUBLIC_KEY", "no version"],
    ["SEALING_PUBLIC_KEY", keys.SEALING_PRIVATE_KEYS],
  ])("%s", async (name, value) => {
    vi.stubEnv(name, value);
    await expect(read("dashboardEnv")).rejects.toThrow(name);
  });

  test.each([
    ["UPSTREAM_URL", "127.0.0.1:8080"],
    ["UPSTREAM_URL", "http://127.0.0.1:8080/api"],
    ["UPSTREAM_URL", "ftp://127.0.0.1"],
    ["UPSTREAM_TIMEOUT_SECONDS", "0"],
    ["DRAIN_SECONDS", "-1"],
    ["DRAIN_SECONDS", "soon"],
    ["AUTHORIZE_PORT", "0"],
    ["GATEWAY_WORKERS", "0"],
    ["GATEWAY_WORKERS", "65"],
    ["MAX_CONNECTIONS", "0"],
    ["MAX_CONNECTIONS", "1.5"],
    ["MAX_CONNECTIONS_PER_SOURCE", "0"],
    ["TRUSTED_PROXIES", "0.0.0.0/0"],
  ])("the gateway's %s=%s", async (name, value) => {
    vi.stubEnv(name, value);
    await expect(read("gatewayEnv")).rejects.toThrow(name);
  });

  test("a key's value is never in the message", async () => {
    vi.stubEnv("SEALING_PRIVATE_KEYS", keys.SEALING_PRIVATE_KEYS.slice(0, -20));
    const error = await read("gatewayEnv").catch((caught: Error) => caught);
    expect(String(error)).toContain("SEALING_PRIVATE_KEYS");
    expect(String(error)).not.toContain(keys.SEALING_PRIVATE_KEYS.slice(10, 40));
  });
});

const MAIL_FROM = "Countersign <no-reply@keys.example>";

// tests/integration/worker/process.test.ts checks that a worker reads its environment first.
test.each([
  ["neither a mail server nor a folder for demo mails", { DEMO_MAIL_DIR: undefined }, "SMTP_URL is not set."],
  [
    "a mail server but no sender",
    { DEMO_MAIL_DIR: undefined, SMTP_URL: "smtp://127.0.0.1:25" },
    "MAIL_FROM is not set.",
  ],
  ["a mail server and a folder for demo mails", { SMTP_URL: "smtp://127.0.0.1:25", MAIL_FROM }, "DEMO_MAIL_DIR is for"],
  [
    "the URL of a mail server that is not smtp",
    { DEMO_MAIL_DIR: undefined, SMTP_URL: "http://127.0.0.1", MAIL_FROM },
    "SMTP_URL must be an smtp:// or smtps:// URL.",
  ],
  [
    "a sender with a line break",
    { SMTP_URL: "smtp://127.0.0.1", MAIL_FROM: "A\nBcc: b@c <a@b>" },
    "MAIL_FROM must be an address",
  ],
  ["a short invitation key", { INVITATION_KEY: "c2hvcnQ=" }, "INVITATION_KEY is not usable"],
])("a worker with %s does not start", async (_, given, sentence) => {
  for (const [name, value] of Object.entries(given)) vi.stubEnv(name, value);
  await expect(read("workerEnv")).rejects.toThrow(sentence);
});

test("trusted proxies may be networks, as wide as the widest private networks and those of providers", async () => {
  const entries = ["10.0.0.0/8", "104.16.0.0/13", "fc00::/7", "fd00::/8", "2a06:98c0::/29", "127.0.0.1"];
  vi.stubEnv("TRUSTED_PROXIES", entries.join(","));
  expect(await read("gatewayEnv")).toMatchObject({ TRUSTED_PROXIES: entries });
});

test("the public origin is http://localhost with the port unless it is given", async () => {
  vi.stubEnv("PORT", "4321");
  expect(await read("dashboardEnv")).toMatchObject({ PUBLIC_ORIGIN: "http://localhost:4321" });
});

/** A value for every variable. Only NODE_ENV and DEMO_MAIL_DIR have their defaults. */
const EVERY = {
  ...complete,
  DEMO_MAIL_DIR: "",
  NODE_ENV: "production",
  HOST: "127.0.0.2",
  PORT: "3100",
  PUBLIC_ORIGIN: "https://keys.example.com",
  PUBLIC_GATEWAY_URL: "https://api.example.com",
  TRUSTED_PROXIES: "10.0.0.0/8",
  SUPPORT_CONTACT: "help@example.com",
  ALLOW_PRIVATE_IPS: "1",
  DASHBOARD_MAX_CONNECTIONS: "77",
  DASHBOARD_MAX_CONNECTIONS_PER_SOURCE: "7",
  LOG_LEVEL: "warn",
  GATEWAY_PORT: "3101",
  GATEWAY_NAME: "one",
  GATEWAY_WORKERS: "2",
  AUTHORIZE_PORT: "3102",
  METRICS_PORT: "9464",
  MAX_CONNECTIONS: "88",
  MAX_CONNECTIONS_PER_SOURCE: "8",
  UPSTREAM_URL: "http://127.0.0.1:8080",
  UPSTREAM_TIMEOUT_SECONDS: "9",
  DRAIN_SECONDS: "3",
  SMTP_URL: "smtps://smtp.example.com",
  MAIL_FROM,
  OPERATOR: "ada",
};

test.each([
  ["dashboard", "dashboardEnv"],
  ["gateway", "gatewayEnv"],
  ["worker", "workerEnv"],
  ["admin", "appDatabaseEnv"],
  ["admin", "operatorEnv"],
  ["sealing", "sealingEnv"],
  ["migrate", "ownerEnv"],
] as const)("the %s process is given every variable that its %s reads", async (process, reader) => {
  for (const [name, value] of Object.entries(EVERY)) vi.stubEnv(name, value);
  const whole = await read(reader);
  expect(Object.keys(EVERY)).toEqual(expect.arrayContaining(Object.keys(whole)));
  vi.resetModules();
  const handed: Record<string, string | undefined> = environmentOf(process, EVERY);
  for (const name of Object.keys(EVERY)) vi.stubEnv(name, handed[name]);
  expect(await read(reader)).toEqual(whole);
});
