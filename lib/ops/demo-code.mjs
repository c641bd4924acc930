import "./node-version.mjs";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { bold, ExpectedError, main, print } from "./output.mjs";
import { root } from "./run.mjs";

// npm run demo:code -- EMAIL: prints the 2FA code that this demo user's authenticator app shows
// now.
await main(async () => {
  const file = path.join(root, ".data/demo.json");
  if (!existsSync(file))
    throw new ExpectedError("There is no demo here yet. Run npm start once, without DATABASE_URL.");
  /** @type {{ users: import("./banner.mjs").DemoUser[] }} */
  const { users } = JSON.parse(readFileSync(file, "utf8"));
  const email = process.argv[2]?.trim().toLowerCase();
  const user = users.find((each) => each.email === email);
  if (!user)
    throw new ExpectedError(
      `Usage: npm run demo:code -- EMAIL, where EMAIL is one of\n  ${users.map((each) => each.email).join("\n  ")}`,
    );
  const { generateSync } = await import("otplib");
  const now = Math.floor(Date.now() / 1000);
  print(`${bold(generateSync({ secret: user.totpSecret, epoch: now }))}  (${30 - (now % 30)} s left)`);
});
