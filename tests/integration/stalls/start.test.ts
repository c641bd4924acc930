import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleOf, childEnv, root } from "../../kit/child-env";
import { freePort } from "../../kit/free-port";

const busy: Server = createServer();
let taken: string;
beforeAll(async () => {
  await once(busy.listen(0, "127.0.0.1"), "listening");
  taken = String((busy.address() as { port: number }).port);
});
afterAll(() => busy.close());

/** A shell command's exit code, and its lines on standard error. */
async function run(command: string, env: Record<string, string | undefined>) {
  const child = spawn("sh", ["-c", `exec ${command}`], {
    cwd: root,
    env: childEnv(env),
    stdio: ["ignore", "ignore", "pipe"],
  });
  let text = "";
  child.stderr.setEncoding("utf8").on("data", (more: string) => (text += more));
  const [code] = await once(child, "close");
  return { code, lines: text.trim().split("\n") };
}

const node = (name: string) => `${process.execPath} --enable-source-maps ${bundleOf(name)}`;
const production = { NODE_ENV: "production" };
const dashboard = async () => ({
  ...process.env,
  ...production,
  PORT: String(await freePort()),
  NEXTAUTH_URL: undefined,
});
const gateway = async () => {
  const { GATEWAY_DATABASE_URL, SEALING_PRIVATE_KEYS } = process.env;
  return {
    ...production,
    GATEWAY_DATABASE_URL,
    SEALING_PRIVATE_KEYS,
    GATEWAY_PORT: String(await freePort()),
    DRAIN_SECONDS: "0",
  };
};

describe("ended by one line that names the variable:", () => {
  test.each(["GATEWAY_PORT", "AUTHORIZE_PORT", "METRICS_PORT"])("a gateway whose %s is in use", async (variable) => {
    expect(await run(node("gateway"), { ...(await gateway()), [variable]: taken })).toEqual({
      code: 1,
      lines: [expect.stringMatching(new RegExp(`^✗ Port ${taken} is in use .*: ${variable}=\\d+ npm run gateway$`))],
    });
  });

  test("a gateway whose HOST is not this machine's", async () => {
    const { code, lines } = await run(node("gateway"), { ...(await gateway()), HOST: "203.0.113.1" });
    expect({ code, lines }).toEqual({ code: 1, lines: ["✗ HOST: this machine has no address 203.0.113.1."] });
  });

  test("a dashboard whose PORT is in use", async () => {
    expect(await run(node("dashboard"), { ...(await dashboard()), PORT: taken })).toEqual({
      code: 1,
      lines: [expect.stringMatching(new RegExp(`^✗ Port ${taken} is in use .*: PORT=\\d+ npm run dashboard$`))],
    });
  });

  test.each(["gateway", "dashboard", "worker"])("a %s that may open too few files", async (name) => {
    const { code, lines } = await run(
      `sh -c 'ulimit -n 64; exec ${node(name)}'`,
      name === "gateway" ? await gateway() : await dashboard(),
    );
    expect({ code, lines }).toEqual({
      code: 1,
      lines: [`✗ The ${name} can open 64 files at a time here, and needs 256. Raise the limit: ulimit -n 256`],
    });
  });

  test("npm start, where too few files may be open", async () => {
    const { code, lines } = await run(`sh -c 'ulimit -n 64; exec ${process.execPath} lib/ops/start.mjs'`, {
      PORT: String(await freePort()),
    });
    expect(code).toBe(1);
    expect(lines).toEqual([
      "✗ Countersign can open 64 files at a time here, and needs 256. Raise the limit: ulimit -n 256",
    ]);
  });
});
