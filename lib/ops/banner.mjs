import { readFileSync } from "node:fs";
import { bold, dim, print } from "./output.mjs";
import { qrLines } from "./terminal-qr.mjs";

const OWNER = "owner@acme.example";

/**
 * As the seed writes them.
 * @typedef {{ email: string, password: string, totpSecret: string, roles: DemoRole[] }} DemoUser
 * @typedef {{ merchant: string, role: string }} DemoRole
 */

/**
 * Prints what a person needs to begin: URLs, demo users, how to get codes, a sample request.
 * @param {{ origin: string, gateway: string, mail: string | undefined, demoFile: string | null }}
 *   where `mail`: empty or undefined without demo mails
 */
export async function banner({ origin, gateway, mail, demoFile }) {
  /** @type {DemoUser[] | null} */
  const users = demoFile && JSON.parse(readFileSync(demoFile, "utf8")).users;
  print();
  print(`  ${bold("Countersign is running.")}  Ctrl-C stops it.`);
  print();
  print(`  Dashboard  ${bold(origin)}`);
  print(`  Gateway    ${bold(gateway)}`);
  if (mail) print(`  Emails     ${bold(mail)}`);
  if (users) await demo(users);
  print();
  print(`  ${bold("Try the gateway")}`);
  print(`    curl ${gateway}/api/v2/ping`);
  print(dim("  A signed request, once a key is active (KEY and SECRET from the dashboard):"));
  for (const line of signedRequest(gateway)) print(`    ${line}`);
  print();
}

/** @param {DemoUser[]} users */
async function demo(users) {
  print();
  print(`  ${bold("Demo users")} ${dim("(kept in .data/demo.json)")}`);
  const width = Math.max(...users.map(({ email }) => email.length));
  for (const { email, password, roles } of users)
    print(`    ${email.padEnd(width)}  ${password}  ${dim(roles.map(titleOf).join(", ") || "Support staff")}`);
  const { generateURI } = await import("otplib");
  const secret = users.find(({ email }) => email === OWNER)?.totpSecret;
  if (!secret) return;
  print();
  print(`  ${bold("2FA codes")}`);
  print(`    npm run demo:code -- ${OWNER}`);
  print(`    or scan this with an authenticator app, for ${OWNER}:`);
  for (const line of await qrLines(generateURI({ issuer: "Countersign", label: OWNER, secret }))) print(`    ${line}`);
}

/** @param {DemoRole} held */
const titleOf = ({ merchant, role }) => `${role.charAt(0).toUpperCase()}${role.slice(1)} of ${merchant}`;

/** @param {string} gateway */
function signedRequest(gateway) {
  return [
    "BODY='{}'",
    `SIGNATURE=$(printf %s "$BODY" | openssl dgst -sha512 -hmac "$COUNTERSIGN_SECRET" | sed 's/^.* //')`,
    `curl ${gateway}/api/v2/whoami -H 'Content-Type: application/json' -H "X-Processing-Key: $COUNTERSIGN_KEY" -H "X-Processing-Signature: $SIGNATURE" -d "$BODY"`,
  ];
}
