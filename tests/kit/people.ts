import { randomBytes, randomUUID } from "node:crypto";
import { hash } from "@node-rs/argon2";
import type { Member } from "@/lib/access/member";
import type { Role } from "@/lib/access/roles";
import { db } from "@/lib/db";
import { beginSession } from "@/lib/session/sessions";
import { sealSeed } from "@/lib/two-factor/seed";
import { newSeed } from "@/lib/two-factor/totp";

export type Person = { userId: string; email: string; name: string; password: string; seed: string };
export type Owner = Person & { merchantId: string; member: Member };

/** A merchant with one Owner of its own, logged in: what most tests start from. */
export async function makeOwner(): Promise<Owner> {
  return makeMember("owner");
}

/** A person with a role at a merchant (a new one unless given), logged in. */
export async function makeMember(role: Role, merchantId?: string): Promise<Owner> {
  const merchant = merchantId ?? (await makeMerchant()).id;
  const person = await makePerson({ roles: [{ merchantId: merchant, role }] });
  return { ...person, merchantId: merchant, member: await memberFor(person, merchant, role) };
}

export async function makeMerchant({ name = "Acme Payments", mode = "live" as "live" | "test" } = {}) {
  return db().merchant.create({ data: { name, mode }, select: { id: true, number: true, name: true } });
}

type Wishes = { name?: string; roles?: { merchantId: string; role: Role }[]; staff?: boolean; device?: boolean; disabled?: boolean };

/**
 * One password for everybody of a test file, hashed with the least argon2id allows: what the product's own parameters cost is judged where it hashes
 * (tests/unit/crypto-password.test.ts), and a verification takes its parameters from the hash.
 */
const PASSWORD = randomBytes(12).toString("base64url");
const CHEAP = { algorithm: 2, memoryCost: 8, timeCost: 1, parallelism: 1 } as const;
let hashed: Promise<string> | undefined;

/** A user with a known password and TOTP seed, made through the product's own code. */
export async function makePerson({ name = "Mara Lindqvist", roles = [], staff, device = true, disabled }: Wishes = {}): Promise<Person> {
  const person = {
    userId: randomUUID() as string,
    email: `mara.${randomBytes(6).toString("hex")}@acme.example`,
    name,
    password: PASSWORD,
    seed: newSeed(),
  };
  hashed ??= hash(PASSWORD, CHEAP);
  const stored = await hashed;
  await db().user.create({
    data: {
      id: person.userId,
      email: person.email,
      name,
      staffRole: staff ? "support" : null,
      disabledAt: disabled ? new Date() : null,
      password: { create: { hash: stored } },
      memberships: { create: roles },
      ...(device && { totpDevice: { create: sealSeed(person.seed, person.userId) } }),
    },
    select: { id: true },
  });
  return person;
}

/** The person as an operation sees them, with a session row of their own. */
export async function memberFor(person: Person, merchantId: string, role: Role): Promise<Member> {
  const { id } = await beginSession(db(), { userId: person.userId, address: "203.0.113.7", userAgent: "kit" });
  return { userId: person.userId, email: person.email, name: person.name, sessionId: id, address: "203.0.113.7", merchantId, role };
}
