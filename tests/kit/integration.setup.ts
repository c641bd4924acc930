import { afterAll, inject } from "vitest";
import { createDatabase, type TestDatabase } from "./database";
import { testEnvironment } from "./environment";

const worker = globalThis as { countersignTestDatabase?: TestDatabase };

// Before any module of lib is imported: each worker has a database and keys of its own, and each test file finds it empty.
if (worker.countersignTestDatabase) await worker.countersignTestDatabase.empty();
else {
  const database = await createDatabase();
  worker.countersignTestDatabase = database;
  Object.assign(process.env, testEnvironment(database), { DATABASE_URL: database.owner });
}

// A worker that runs one file only leaves nothing behind. Those of the others are dropped when the run ends.
if (inject("apart")) afterAll(() => worker.countersignTestDatabase?.drop());

declare module "vitest" {
  interface ProvidedContext {
    apart: boolean;
  }
}
