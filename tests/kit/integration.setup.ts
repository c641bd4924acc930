import { afterAll, afterEach } from "vitest";
import { createDatabase, type TestDatabase } from "./database/database";
import { expectDeclaredRows } from "./database/row-checks";
import { testEnvironment } from "./environment";
import { stopAll } from "./stop-after-file";

const worker = globalThis as { countersignTestDatabase?: TestDatabase };

/**
 * Code that writes mails reads these variables. Each test sends to a mail server of its own
 * instead.
 */
const MAIL = { SMTP_URL: "smtp://127.0.0.1:1", MAIL_FROM: "Countersign <no-reply@keys.example>" };

// Before any module of lib is imported. Each worker has its own database and keys, and each test
// file finds the database empty.
if (worker.countersignTestDatabase) await worker.countersignTestDatabase.renew();
else {
  const database = await createDatabase();
  worker.countersignTestDatabase = database;
  Object.assign(process.env, testEnvironment(database), MAIL, { DATABASE_URL: database.owner });
}

afterEach(expectDeclaredRows);
afterAll(expectDeclaredRows);
afterAll(stopAll);
