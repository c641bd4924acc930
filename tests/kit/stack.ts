import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@/lib/ops/ports.mjs";

const root = path.resolve(import.meta.dirname, "../..");

export type Stack = { origin: string; gateway: string; stop(): Promise<void> };

/**
 * The built dashboard and gateway on free ports, as `npm start` runs them, and the worker where mails have somewhere to go: each with its own
 * variables only. Their output goes to `logFile`.
 */
export async function startStack(env: Record<string, string>, logFile: string): Promise<Stack> {
  const [port, gatewayPort] = [await freePort(), await freePort()];
  const origin = `http://localhost:${port}`;
  const { SEALING_PRIVATE_KEYS, GATEWAY_DATABASE_URL, INVITATION_KEY, ...rest } = env;
  const { APP_DATABASE_URL, SUPPORT_CONTACT, DEMO_MAIL_DIR } = rest;
  const output = createWriteStream(logFile, { flags: "a" });
  const start = (name: string, own: Record<string, string | undefined>) => {
    const child = spawn(process.execPath, [`.build/${name}.mjs`], {
      cwd: root,
      env: { PATH: process.env.PATH, NODE_ENV: "production", ...own } as NodeJS.ProcessEnv,
    });
    child.stdout.pipe(output, { end: false });
    child.stderr.pipe(output, { end: false });
    return child;
  };
  const children = [
    start("dashboard", { ...rest, PORT: String(port), PUBLIC_ORIGIN: origin, NEXTAUTH_URL: origin }),
    start("gateway", { SEALING_PRIVATE_KEYS, GATEWAY_DATABASE_URL, GATEWAY_PORT: String(gatewayPort), TRUSTED_PROXIES: "127.0.0.1" }),
    ...(DEMO_MAIL_DIR
      ? [start("worker", { APP_DATABASE_URL, SUPPORT_CONTACT, DEMO_MAIL_DIR, INVITATION_KEY, PUBLIC_ORIGIN: origin })]
      : []),
  ];
  const gateway = `http://127.0.0.1:${gatewayPort}`;
  const stop = async () => {
    await Promise.all(children.map(ended));
  };
  try {
    await Promise.all([answers(`${origin}/api/health`), answers(`${gateway}/readyz`)]);
  } catch (error) {
    await stop();
    throw new Error(`The built app did not start:\n${await readFile(logFile, "utf8")}`, { cause: error });
  }
  return { origin, gateway, stop };
}

function ended(child: ChildProcess): Promise<unknown> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  const exit = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
  return exit.finally(() => clearTimeout(timer));
}

async function answers(url: string): Promise<void> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(100)) {
    const response = await fetch(url).catch(() => null);
    if (response?.ok) return;
  }
  throw new Error(`${url} did not answer 200 in 30 s`);
}
