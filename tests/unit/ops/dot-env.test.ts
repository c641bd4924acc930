import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { readDotEnv } from "@/lib/ops/config.mjs";
import { environmentOf } from "@/lib/ops/environments.mjs";

/** A .env as an operator wrote it. */
const DOT_ENV = {
  DEMO_MAIL_DIR: "/var/mail",
  SEALING_PRIVATE_KEYS: "1:private",
  PUBLIC_ORIGIN: "https://keys.example.com",
  NODE_EXTRA_CA_CERTS: "/etc/ca.pem",
};

vi.mock("@/lib/ops/config.mjs", async (original) => ({
  ...(await original<typeof import("@/lib/ops/config.mjs")>()),
  dotEnvNames: () => Object.keys(DOT_ENV),
}));

/** What a process sees: Next adds the lines of .env whose variables are not set. */
const seenBy = (name: "dashboard" | "build", values: Record<string, string>) => ({
  ...DOT_ENV,
  ...environmentOf(name, values),
});

test("a dashboard does not read from .env what belongs to another process, or what a start switched off", () => {
  const seen = seenBy("dashboard", { ...DOT_ENV, DEMO_MAIL_DIR: "" });
  expect(seen).toMatchObject({ DEMO_MAIL_DIR: "", SEALING_PRIVATE_KEYS: "", PUBLIC_ORIGIN: DOT_ENV.PUBLIC_ORIGIN });
  expect(seenBy("build", DOT_ENV)).toMatchObject({ SEALING_PRIVATE_KEYS: "" });
});

test("a dashboard gets from .env what every program may need, as the gateway and the worker do", () => {
  for (const name of ["dashboard", "build", "gateway", "worker"] as const)
    expect(environmentOf(name, DOT_ENV)).toMatchObject({ NODE_EXTRA_CA_CERTS: DOT_ENV.NODE_EXTRA_CA_CERTS });
});

test("a variable counts, however the editor begins the file and ends its lines", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "countersign-env-"));
  const names = ["FIRST_OF_DOT_ENV", "SECOND_OF_DOT_ENV"];
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
    for (const name of names) delete process.env[name];
  });
  writeFileSync(path.join(folder, ".env"), `\ufeff${names.map((name) => `${name}=set`).join("\r\n")}\r\n`);
  readDotEnv(folder);
  expect(names.map((name) => process.env[name])).toEqual(["set", "set"]);
});
