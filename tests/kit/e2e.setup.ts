import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createDatabase } from "./database/database";
import { testEnvironment } from "./environment";
import { startStack } from "./gateway/stack";

/**
 * One database and one running copy of the built app for all browser tests; workers find both in
 * the environment.
 */
export default async function setup() {
  const database = await createDatabase();
  const scratch = await mkdtemp(path.join(tmpdir(), "countersign-e2e-"));
  const env: Record<string, string> = { ...testEnvironment(database), DEMO_MAIL_DIR: path.join(scratch, "mail") };
  const logFile = path.join(process.env.TEST_OUTPUT_DIR ?? scratch, "servers.log");
  const stack = await startStack(env, logFile);
  Object.assign(process.env, env, {
    DATABASE_URL: database.owner,
    PUBLIC_ORIGIN: stack.origin,
    NEXTAUTH_URL: stack.origin,
    E2E_ORIGIN: stack.origin,
    E2E_GATEWAY: stack.gateway,
    E2E_LOG: logFile,
  });
  return async () => {
    await stack.stop();
    await database.drop();
    await rm(scratch, { recursive: true });
  };
}
