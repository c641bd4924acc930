import { db } from "../platform/db/db";
import { withTimeout } from "../platform/with-timeout";

const PATIENCE_MS = 2_000;

/** Whether the database answers within two seconds. The reason of a failure is only logged. */
export async function isDatabaseUp(): Promise<boolean> {
  const answered = db().$queryRaw`SELECT 1`.then(
    () => true,
    (error: unknown) => {
      console.error("health", error);
      return false;
    },
  );
  return (await withTimeout(PATIENCE_MS, answered)) ?? false;
}
