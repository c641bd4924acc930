import { randomInt } from "node:crypto";
import { existsSync, renameSync, writeFileSync } from "node:fs";
import type { Role } from "@/lib/access/roles";
import { enrol } from "@/lib/identity/second-factor/enrolment";
import { newSeed } from "@/lib/identity/second-factor/totp";
import { hashingTurn } from "@/lib/platform/crypto/password";
import { db, type Tx, transaction } from "@/lib/platform/db/db";

/**
 * node .build/seed.mjs FILE: creates the demo once, with passwords and TOTP seeds of this
 * installation, and writes them to FILE.
 */
const MERCHANTS = [
  { name: "Acme Payments", mode: "live" },
  { name: "Acme Sandbox", mode: "test" },
  { name: "Globex", mode: "live" },
] as const;

type Demo = {
  email: string;
  name: string;
  roles: { merchant: (typeof MERCHANTS)[number]["name"]; role: Role }[];
  staff?: true;
};

const USERS: Demo[] = [
  {
    email: "owner@acme.example",
    name: "Mara Lindqvist",
    roles: [
      { merchant: "Acme Payments", role: "owner" },
      { merchant: "Acme Sandbox", role: "owner" },
    ],
  },
  { email: "owner2@acme.example", name: "Tomasz Wilk", roles: [{ merchant: "Acme Payments", role: "owner" }] },
  { email: "view@acme.example", name: "Ines Carvalho", roles: [{ merchant: "Acme Payments", role: "view" }] },
  {
    email: "exchange@acme.example",
    name: "Jonas Petrauskas",
    roles: [{ merchant: "Acme Payments", role: "exchange" }],
  },
  { email: "limits@acme.example", name: "Aiko Brandt", roles: [{ merchant: "Acme Payments", role: "limits" }] },
  { email: "restricted@acme.example", name: "Pavel Novák", roles: [{ merchant: "Acme Payments", role: "restricted" }] },
  { email: "owner@globex.example", name: "Sofia Marino", roles: [{ merchant: "Globex", role: "owner" }] },
  { email: "support@countersign.example", name: "Noor Haddad", roles: [], staff: true },
];

const [, , file] = process.argv;
if (!file) throw new Error("Usage: node .build/seed.mjs FILE");
await seed(file);
process.exit(0);

async function seed(file: string): Promise<void> {
  if ((await db().user.count()) > 0) return seededBefore(file);
  const people = USERS.map((user) => ({ ...user, password: newPassword(), totpSecret: newSeed() }));
  const hashed = await Promise.all(people.map(async (person) => ({ ...person, hash: await hashOf(person) })));
  await transaction(async (tx) => {
    const ids = await makeMerchants(tx);
    for (const person of hashed) await makeUser(tx, person, ids);
    // Before the commit: a file without its users is written again, but users without their file
    // could never log in.
    write(file, {
      users: people.map(({ email, password, totpSecret, roles }) => ({ email, password, totpSecret, roles })),
    });
  }, 20_000);
}

async function hashOf({ email, password }: { email: string; password: string }): Promise<string> {
  const hash = await hashingTurn({ lane: "logged-in", subject: email }, (hasher) => hasher.hash(password));
  if (!hash) throw new Error("There are more demo users than places to wait for their passwords to be hashed.");
  return hash;
}

/**
 * If the file exists, an earlier start was killed after the commit. If it does not, somebody
 * removed it, and the passwords are lost.
 */
function seededBefore(file: string): void {
  if (existsSync(file)) return;
  console.error(
    `The demo users are there, but ${file} with their passwords is not. Remove the folder .data to begin again.`,
  );
  process.exit(1);
}

async function makeMerchants(tx: Tx): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const merchant of MERCHANTS)
    ids.set(merchant.name, (await tx.merchant.create({ data: merchant, select: { id: true } })).id);
  return ids;
}

async function makeUser(
  tx: Tx,
  person: Demo & { hash: string; totpSecret: string },
  merchants: Map<string, string>,
): Promise<void> {
  const { email, name, staff, hash } = person;
  const memberships = person.roles.map(({ merchant, role }) => ({
    role,
    merchantId: merchants.get(merchant) as string,
  }));
  const { id } = await tx.user.create({
    data: {
      email,
      name,
      staffRole: staff ? "support" : null,
      password: { create: { hash } },
      memberships: { create: memberships },
    },
    select: { id: true },
  });
  await enrol(tx, id, person.totpSecret);
}

/** Four groups of four characters, 79 bits, without letters and digits that look alike. */
function newPassword(): string {
  const alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
  const letters = Array.from({ length: 16 }, () => alphabet[randomInt(alphabet.length)]).join("");
  return letters.replace(/(.{4})(?=.)/g, "$1-");
}

function write(file: string, content: unknown): void {
  writeFileSync(`${file}.partial`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.partial`, file);
}
