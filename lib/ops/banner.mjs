import { readFileSync } from "node:fs";
import { bold, dim, say } from "./output.mjs";
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
  say();
  say(`  ${bold("Countersign is running.")}  Ctrl-C stops it.`);
  say();
  say(`  Dashboard  ${bold(origin)}`);
  say(`  Gateway    ${bold(gateway)}`);
  if (mail) say(`  Emails     ${bold(mail)}`);
  if (users) await demo(users);
  say();
  say(`  ${bold("Try the gateway")}`);
  say(`    curl ${gateway}/api/v2/ping`);
  say(dim("  A signed request, once a key is active (KEY and SECRET from the dashboard):"));
  for (const line of signedRequest(gateway)) say(`    ${line}`);
  say();
}

/** @param {DemoUser[]} users */
async function demo(users) {
  say();
  say(`  ${bold("Demo users")} ${dim("(kept in .data/demo.json)")}`);
  const width = Math.max(...users.map(({ email }) => email.length));
  for (const { email, password, roles } of users)
    say(`    ${email.padEnd(width)}  ${password}  ${dim(roles.map(titleOf).join(", ") || "Support staff")}`);
  const { generateURI } = await import("otplib");
  const secret = users.find(({ email }) => email === OWNER)?.totpSecret;
  if (!secret) return;
  say();
  say(`  ${bold("2FA codes")}`);
  say(`    npm run demo:code -- ${OWNER}`);
  say(`    or scan this with an authenticator app, for ${OWNER}:`);
  for (const line of await qrLines(generateURI({ issuer: "Countersign", label: OWNER, secret }))) say(`    ${line}`);
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
