import { atMost } from "../platform/at-most";
import { db } from "../platform/db/db";

const PATIENCE_MS = 2_000;

/** Whether the database answers, within two seconds. Why it does not is the log's business, not a stranger's. */
export async function databaseAnswers(): Promise<boolean> {
  const answered = db().$queryRaw`SELECT 1`.then(
    () => true,
    (error: unknown) => {
      console.error("health", error);
      return false;
    },
  );
  return (await atMost(PATIENCE_MS, answered)) ?? false;
}
