import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newKeys } from "@/lib/ops/keys.mjs";
import { freePort } from "../../kit/free-port";
import { program } from "../../kit/gateway/programs";

// A folder with only the files that run before an installation: every refusal here happens before
// anything is started.
const clone = mkdtempSync(path.join(os.tmpdir(), "countersign-clone-"));
const busy: Server = createServer();
let taken: string;
beforeAll(async () => {
  cpSync(path.resolve(import.meta.dirname, "../../../lib/ops"), path.join(clone, "lib/ops"), { recursive: true });
  await new Promise<void>((resolve) => busy.listen(0, "127.0.0.1", resolve));
  taken = String((busy.address() as { port: number }).port);
});
afterAll(() => {
  busy.close();
  rmSync(clone, { recursive: true });
});

async function start(env: Record<string, string>, nodeArgs: string[] = []) {
  const { code, output } = await program(
    { file: nodeArgs[0] ?? "lib/ops/start.mjs", args: nodeArgs.slice(1) },
    { cwd: clone, env },
  ).ended;
  return { code, lines: output.trim().split("\n") };
}

const free = async () => ({ PORT: String(await freePort()), GATEWAY_PORT: String(await freePort()) });

describe("npm start refuses with one line", () => {
  test.each(["PORT", "GATEWAY_PORT", "AUTHORIZE_PORT", "METRICS_PORT"])(
    "a busy %s, and names the variable",
    async (variable) => {
      const { code, lines } = await start({ ...(await free()), [variable]: taken });
      expect(code).toBe(1);
      expect(lines).toEqual([
        expect.stringMatching(new RegExp(`^✗ Port ${taken} is in use .*: ${variable}=\\d+ npm start$`)),
      ]);
    },
  );

  test.each(["0", "65536", "http", "-1", "3000.5"])("PORT=%s", async (port) => {
    const { code, lines } = await start({ PORT: port });
    expect({ code, lines }).toEqual({
      code: 1,
      lines: [`✗ PORT is "${port}". It must be a port number from 1 to 65535.`],
    });
  });

  test.each(["AUTHORIZE_PORT", "METRICS_PORT"])("an invalid %s", async (variable) => {
    expect((await start({ [variable]: "0" })).lines).toEqual([
      `✗ ${variable} is "0". It must be a port number from 1 to 65535.`,
    ]);
  });

  test.each([
    ["PORT", "GATEWAY_PORT"],
    ["GATEWAY_PORT", "METRICS_PORT"],
    ["AUTHORIZE_PORT", "METRICS_PORT"],
  ])("the same port for %s and %s", async (one, other) => {
    const { code, lines } = await start({ [one]: "4000", [other]: "4000" });
    expect({ code, lines }).toEqual({
      code: 1,
      lines: [`✗ ${one} and ${other} are both 4000. Give them two different ports.`],
    });
  });

  test("a HOST that this machine does not have", async () => {
    expect((await start({ ...(await free()), HOST: "203.0.113.1" })).lines).toEqual([
      "✗ HOST: this machine has no address 203.0.113.1.",
    ]);
  });

  test("an older Node", async () => {
    const older = `Object.defineProperty(process.versions, "node", { value: "18.20.0" }); await import(${JSON.stringify(path.join(clone, "lib/ops/start.mjs"))});`;
    const { code, output } = await program(older).ended;
    expect(code).toBe(1);
    expect(output.trim().split("\n")).toEqual([expect.stringContaining("needs Node.js 20.19 or newer")]);
  });
});

describe("npm start with an external database", () => {
  test("names everything that must be set with it", async () => {
    const { code, lines } = await start({
      DATABASE_URL: "postgres://owner@db.example.com/keys",
      ...newKeys(),
      TOTP_KEYS: "",
    });
    expect(code).toBe(1);
    for (const name of ["APP_DATABASE_URL", "GATEWAY_DATABASE_URL", "SUPPORT_DATABASE_URL", "TOTP_KEYS"])
      expect(lines[0]).toContain(name);
    for (const name of ["SEALING_PUBLIC_KEY", "NEXTAUTH_SECRET"]) expect(lines[0]).not.toContain(name);
  });

  test("reads .env, and the real environment wins over it", async () => {
    writeFileSync(
      path.join(clone, ".env"),
      'DATABASE_URL="postgres://owner@db.example.com/keys"\nPORT=wrong # a comment\n',
    );
    expect((await start({ ...(await free()) })).lines[0]).toContain("APP_DATABASE_URL");
    expect((await start({})).lines[0]).toContain('PORT is "wrong"');
    rmSync(path.join(clone, ".env"));
  });
});
