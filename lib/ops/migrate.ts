import path from "node:path";
import { migrate } from "../../prisma/migrate";
import { ownerEnv } from "../env";

// Bundled into .build/, beside which the repository's prisma/ folder stands.
const applied = await migrate(ownerEnv().DATABASE_URL, path.resolve(import.meta.dirname, "../prisma"));
for (const name of applied) console.log(name);
process.exit(0);
