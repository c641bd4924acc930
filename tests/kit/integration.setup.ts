import { afterAll } from "vitest";
import { createDatabase, type TestDatabase } from "./database/database";
import { endAll } from "./end-with-the-file";
import { testEnvironment } from "./environment";

const worker = globalThis as { countersignTestDatabase?: TestDatabase };

/** Whoever writes mails in this process asks for these, and each test sends them to a server of its own. */
const MAIL = { SMTP_URL: "smtp://127.0.0.1:1", MAIL_FROM: "Countersign <no-reply@keys.example>" };

// Before any module of lib is imported: each worker has a database and keys of its own, and each test file finds it empty.
if (worker.countersignTestDatabase) await worker.countersignTestDatabase.renew();
else {
  const database = await createDatabase();
  worker.countersignTestDatabase = database;
  Object.assign(process.env, testEnvironment(database), MAIL, { DATABASE_URL: database.owner });
}

afterAll(endAll);
