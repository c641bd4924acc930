import "./node-version.mjs";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { bold, ExpectedError, main, print } from "./output.mjs";
import { root } from "./run.mjs";
import { deviceQrLines } from "./terminal-qr.mjs";

const QR = "--qr";

// npm run demo:code -- EMAIL [--qr]: prints the 2FA code that this demo user's authenticator app
// shows now, or the QR code that adds the user to an authenticator app.
await main(async () => {
  const file = path.join(root, ".data/demo.json");
  if (!existsSync(file))
    throw new ExpectedError("There is no demo here yet. Run npm start once, without DATABASE_URL.");
  /** @type {{ users: import("./banner.mjs").DemoUser[] }} */
  const { users } = JSON.parse(readFileSync(file, "utf8"));
  const given = process.argv.slice(2);
  const email = given
    .find((each) => each !== QR)
    ?.trim()
    .toLowerCase();
  const user = users.find((each) => each.email === email);
  if (!user)
    throw new ExpectedError(
      `Usage: npm run demo:code -- EMAIL [--qr], where EMAIL is one of\n  ${users.map((each) => each.email).join("\n  ")}`,
    );
  if (given.includes(QR)) {
    for (const line of await deviceQrLines(user.email, user.totpSecret)) print(line);
    return;
  }
  const { generateSync } = await import("otplib");
  const now = Math.floor(Date.now() / 1000);
  print(`${bold(generateSync({ secret: user.totpSecret, epoch: now }))}  (${30 - (now % 30)} s left)`);
});
