import path from "node:path";
import { migrate } from "../../prisma/migrate";
import { NotApplied } from "../../prisma/run-script";
import { ownerEnv, WrongEnvironment } from "../platform/env";
import { ExpectedError } from "./output.mjs";
import { refusePoolers } from "./postgres/refuse-poolers.mjs";

// Bundled into .build/, which is beside the repository's prisma/ folder.
try {
  await refusePoolers();
  const applied = await migrate(ownerEnv().DATABASE_URL, path.resolve(import.meta.dirname, "../prisma"));
  for (const name of applied) console.log(name);
} catch (error) {
  if (!(error instanceof NotApplied || error instanceof ExpectedError || error instanceof WrongEnvironment))
    throw error;
  console.error(error.message);
  process.exit(1);
}
process.exit(0);
