import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { dieWithParent } from "@/lib/ops/run.mjs";
import { bundleOf, childEnv, root } from "../child-env";
import { freePort } from "../free-port";
import { outputOf, untilAnswers } from "../started";

export type Stack = { origin: string; gateway: string; stop(): Promise<void> };

/**
 * The built dashboard and gateway on free ports, as `npm start` runs them, plus the worker if
 * there is somewhere to send mail. Each gets only its own variables. Their output goes to
 * `logFile`. They end with the process that started them, however it ends.
 */
export async function startStack(env: Record<string, string>, logFile: string): Promise<Stack> {
  const { SEALING_PRIVATE_KEYS, GATEWAY_DATABASE_URL, INVITATION_KEY, ...rest } = env;
  const { APP_DATABASE_URL, SUPPORT_CONTACT, DEMO_MAIL_DIR } = rest;
  const gatewayPort = await freePort();
  const gateway = `http://127.0.0.1:${gatewayPort}`;
  const own = {
    SEALING_PRIVATE_KEYS,
    GATEWAY_DATABASE_URL,
    GATEWAY_PORT: String(gatewayPort),
    TRUSTED_PROXIES: "127.0.0.1",
  };
  const { child, output } = start("gateway", own, logFile);
  const others = [child];
  const ready = untilAnswers(`${gateway}/readyz`, child, output);
  const dashboard = startBuilt(rest, logFile);
  const stop = async () => {
    await Promise.all([
      dashboard.then(
        ({ stop }) => stop(),
        () => undefined,
      ),
      ...others.map(ended),
    ]);
  };
  try {
    const [{ origin }] = await Promise.all([dashboard, ready]);
    if (DEMO_MAIL_DIR)
      others.push(
        start(
          "worker",
          { APP_DATABASE_URL, SUPPORT_CONTACT, DEMO_MAIL_DIR, INVITATION_KEY, PUBLIC_ORIGIN: origin },
          logFile,
        ).child,
      );
    return { origin, gateway, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** One more gateway on the database that the browser tests share. */
export async function startAnotherGateway(name: string): Promise<{ origin: string; stop(): Promise<unknown> }> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const { SEALING_PRIVATE_KEYS, GATEWAY_DATABASE_URL, E2E_LOG = "" } = process.env;
  const own = { SEALING_PRIVATE_KEYS, GATEWAY_DATABASE_URL, GATEWAY_PORT: String(port), GATEWAY_NAME: name };
  const { child, output } = start("gateway", own, E2E_LOG);
  await untilAnswers(`${origin}/readyz`, child, output);
  return { origin, stop: () => ended(child) };
}

/** The built dashboard alone, as `npm start` runs it. */
export async function startBuilt(
  env: Record<string, string>,
  logFile: string,
): Promise<{ origin: string; stop(): Promise<unknown> }> {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const { child, output } = start(
    "dashboard",
    { ...env, PORT: String(port), PUBLIC_ORIGIN: origin, NEXTAUTH_URL: origin },
    logFile,
  );
  const stop = () => ended(child);
  try {
    await untilAnswers(`${origin}/api/health`, child, output);
  } catch (error) {
    await stop();
    throw error;
  }
  return { origin, stop };
}

function start(
  name: string,
  own: Record<string, string | undefined>,
  logFile: string,
): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, [...dieWithParent.args, bundleOf(name)], {
    cwd: root,
    env: { ...childEnv({ NODE_ENV: "production", ...own }), ...dieWithParent.env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const log = createWriteStream(logFile, { flags: "a" });
  for (const stream of [child.stdout, child.stderr]) stream?.pipe(log, { end: false });
  return { child, output: outputOf(child) };
}

function ended(child: ChildProcess): Promise<unknown> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  const exit = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 60_000);
  return exit.finally(() => clearTimeout(timer));
}
