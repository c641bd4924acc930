import { randomBytes, randomUUID } from "node:crypto";
import { hash } from "@node-rs/argon2";
import type { Member } from "@/lib/access/member";
import type { Role } from "@/lib/access/roles";
import { newSeed } from "@/lib/identity/second-factor/totp";
import { sealSeed } from "@/lib/identity/second-factor/totp-seed";
import { asOwner } from "./owner";
import { ADDRESS, insertSession } from "./session";

export type Person = { userId: string; email: string; name: string; password: string; seed: string };
export type Owner = Person & { merchantId: string; member: Member };

/** The logged-in Owner of a new merchant: the start of most tests. */
export async function makeOwner(): Promise<Owner> {
  return makeMember("owner");
}

/** A logged-in person with a role at a merchant (a new one unless given). */
export async function makeMember(role: Role, merchantId?: string): Promise<Owner> {
  const merchant = merchantId ?? (await makeMerchant()).id;
  const person = await makePerson({ roles: [{ merchantId: merchant, role }] });
  return { ...person, merchantId: merchant, member: await memberFor(person, merchant, role) };
}

export async function makeMerchant({ name = "Acme Payments", mode = "live" as "live" | "test" } = {}) {
  const sql = 'INSERT INTO merchants (name, mode) VALUES ($1, $2::"MerchantMode") RETURNING id, number, name';
  const [merchant] = await asOwner<{ id: string; number: number; name: string }>(sql, [name, mode]);
  return merchant as NonNullable<typeof merchant>;
}

type Wishes = {
  name?: string;
  roles?: { merchantId: string; role: Role }[];
  staff?: boolean;
  device?: boolean;
  disabled?: boolean;
};

/**
 * One password for everybody in a test file, hashed at the lowest cost that argon2id allows.
 * Verifying takes its parameters from the hash. tests/unit/platform/crypto-password.test.ts checks
 * the cost of the product's own parameters.
 */
const PASSWORD = randomBytes(12).toString("base64url");
const CHEAP = { algorithm: 2, memoryCost: 8, timeCost: 1, parallelism: 1 } as const;
let hashed: Promise<string> | undefined;

/**
 * A user with a known password and TOTP seed, in one statement, because nearly every test needs
 * one.
 */
export async function makePerson({
  name = "Mara Lindqvist",
  roles = [],
  staff,
  device = true,
  disabled,
}: Wishes = {}): Promise<Person> {
  const person = {
    userId: randomUUID() as string,
    email: `mara.${randomBytes(6).toString("hex")}@acme.example`,
    name,
    password: PASSWORD,
    seed: newSeed(),
  };
  hashed ??= hash(PASSWORD, CHEAP);
  const { sealedSeed, keyVersion } = sealSeed(person.seed, person.userId);
  await asOwner(PERSON, [
    ...[person.userId, person.email, name, staff ? "support" : null, disabled === true, await hashed],
    ...[device, sealedSeed, keyVersion, JSON.stringify(roles)],
  ]);
  return person;
}

const PERSON = `
  WITH made AS (
    INSERT INTO users (id, email, name, staff_role, disabled_at)
    VALUES ($1, $2, $3, $4::"StaffRole", CASE WHEN $5::boolean THEN now() END) RETURNING id),
  password AS (INSERT INTO passwords (user_id, hash) SELECT id, $6 FROM made),
  device AS (INSERT INTO totp_devices (user_id, sealed_seed, key_version) SELECT id, $8, $9::int FROM made WHERE $7::boolean)
  INSERT INTO memberships (user_id, merchant_id, role)
  SELECT made.id, "merchantId", "role" FROM made, json_to_recordset($10) AS roles("merchantId" uuid, "role" "Role")`;

/** The person as an operation sees them, with their own session row. */
export async function memberFor(person: Person, merchantId: string, role: Role): Promise<Member> {
  const sessionId = await insertSession(person.userId);
  return {
    userId: person.userId,
    email: person.email,
    name: person.name,
    sessionId,
    address: ADDRESS,
    merchantId,
    role,
  };
}
