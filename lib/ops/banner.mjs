import { readFileSync } from "node:fs";
import { bold, dim, isScreen, print } from "./output.mjs";
import { deviceQrLines } from "./terminal-qr.mjs";

const OWNER = "owner@acme.example";

/**
 * As the seed writes them.
 * @typedef {{ email: string, password: string, totpSecret: string, roles: DemoRole[] }} DemoUser
 * @typedef {{ merchant: string, role: string }} DemoRole
 */

/**
 * @typedef {object} Where
 * @property {string} origin
 * @property {string} gateway
 * @property {string | undefined} upstream the API behind the gateway; empty or undefined if none
 * @property {string | undefined} mail empty or undefined without demo mails
 * @property {string | null} demoFile
 * @property {string[]} folders where data is kept; empty with an external database
 */

/**
 * Prints what a person needs to begin: URLs, demo users, how to get codes, a sample request.
 * @param {Where} where
 */
export async function banner({ origin, gateway, upstream, mail, demoFile, folders }) {
  /** @type {DemoUser[] | null} */
  const users = demoFile && JSON.parse(readFileSync(demoFile, "utf8")).users;
  print();
  print(`  ${bold("Countersign is running.")}  Ctrl-C stops it.`);
  print();
  print(`  Dashboard  ${bold(origin)}`);
  print(`  Gateway    ${bold(gateway)}`);
  if (!upstream)
    print(dim("             UPSTREAM_URL is not set: signed requests to other paths than /api/v2/whoami get 404"));
  if (mail) print(`  Emails     ${bold(mail)}`);
  if (folders.length > 0) print(`  Data       ${folders.join(" and ")}`);
  if (users) await demo(users);
  print();
  print(`  ${bold("Try the gateway")}`);
  print(`    curl ${gateway}/api/v2/ping`);
  print(dim("  A signed request, once a key is active:"));
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
  const secret = users.find(({ email }) => email === OWNER)?.totpSecret;
  if (!secret) return;
  print();
  print(`  ${bold("2FA codes")}`);
  print(`    npm run demo:code -- ${OWNER}`);
  for (const line of await enrolment(secret)) print(`    ${line}`);
}

/**
 * The QR code only on a screen. In a file its squares are no picture, so the setup key is there, as
 * the password above it, and the command that draws the code.
 * @param {string} secret
 */
async function enrolment(secret) {
  if (isScreen)
    return [`or scan this with an authenticator app, for ${OWNER}:`, ...(await deviceQrLines(OWNER, secret))];
  return [
    `or add ${OWNER} to an authenticator app, with this setup key: ${secret}`,
    `or scan the QR code that this prints in a terminal: npm run demo:code -- ${OWNER} --qr`,
  ];
}

/** @param {DemoRole} held */
const titleOf = ({ merchant, role }) => `${role.charAt(0).toUpperCase()}${role.slice(1)} of ${merchant}`;

/** As in the README, with this gateway's URL. @param {string} gateway */
function signedRequest(gateway) {
  return [
    "COUNTERSIGN_KEY=your-api-key",
    "COUNTERSIGN_SECRET=your-secret-key",
    `GATEWAY=${gateway}`,
    `BODY='{"currency":"BTC","foreign_id":"123456"}'`,
    `SIGNATURE=$(printf '%s' "$BODY" | openssl dgst -sha512 -hmac "$COUNTERSIGN_SECRET" -r | cut -d ' ' -f 1)`,
    'curl --silent --show-error "$GATEWAY/api/v2/whoami" \\',
    "  --header 'Content-Type: application/json' \\",
    '  --header "X-Processing-Key: $COUNTERSIGN_KEY" \\',
    '  --header "X-Processing-Signature: $SIGNATURE" \\',
    '  --data-binary "$BODY"',
  ];
}
