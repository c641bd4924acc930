import { afterAll } from "vitest";
import { createDatabase } from "./database";
import { testEnvironment } from "./environment";

// Before any module of lib is imported: each test file has a database and keys of its own.
const database = await createDatabase();
Object.assign(process.env, testEnvironment(database), { DATABASE_URL: database.owner });

afterAll(() => database.drop());
