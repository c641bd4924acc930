import { randomInt } from "node:crypto";
import { activateKey } from "@/lib/api-keys/activate";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { editIps } from "@/lib/api-keys/edit-ips";
import { generateKey } from "@/lib/api-keys/generate";
import { retireKey } from "@/lib/api-keys/retire";
import { cancelRotation } from "@/lib/api-keys/rotation/cancel";
import { rotateKey } from "@/lib/api-keys/rotation/rotate";
import { takeOver } from "@/lib/api-keys/rotation/take-over";
import { db } from "@/lib/platform/db/db";
import type { Result } from "@/lib/platform/result";
import { expireRotations } from "@/lib/worker/jobs/rotations";
import { activationOf, freshProof, rotationOf, rotationOver } from "./api-keys";
import type { Owner } from "./people";

export const KINDS = [
  "generate",
  "activate",
  "edit-ips",
  "deactivate",
  "deactivate and take over",
  "retire",
  "rotate",
  "take over",
  "request",
  "cancel",
  "expire",
] as const;
export type Kind = (typeof KINDS)[number];

/** Steps that keep rotations going are more frequent than those that end them. */
const OFTEN: readonly Kind[] = [
  "activate",
  "activate",
  "rotate",
  "rotate",
  "rotate",
  "request",
  "request",
  "take over",
];

export const randomKind = (): Kind => [...KINDS, ...OFTEN][randomInt(KINDS.length + OFTEN.length)] as Kind;

/** Reports a correctly signed request with this key, as a gateway does. Resolves to the outcome. */
export type Request = (keyId: string) => Promise<string>;

type Key = { id: string; status: string };

/**
 * Runs one operation of an Owner, a gateway or the worker on one of the merchant's keys in a
 * suitable state, if there is one.
 */
export async function runOperation(
  kind: Kind,
  owner: Owner,
  request: Request,
): Promise<Result<unknown> | string | null> {
  const keys = await db().apiKey.findMany({
    where: { merchantId: owner.merchantId },
    select: { id: true, status: true },
  });
  const { member } = owner;
  const proof = freshProof(owner);
  const one = (...statuses: string[]) => pick(keys, statuses);
  switch (kind) {
    case "generate":
      return generateKey(member, proof);
    case "activate":
      return on(one("generated", "inactive", "standby"), (id) => activateKey(member, activationOf(id), proof));
    case "edit-ips":
      return on(one("active", "standby"), (keyId) =>
        editIps(member, { keyId, allowedIps: [`198.51.99.${randomInt(250)}`] }, proof),
      );
    case "deactivate":
    case "deactivate and take over":
      return on(one("active"), (keyId) =>
        deactivateKey(member, { keyId, reason: "other", takeOver: kind === "deactivate and take over" }, proof),
      );
    case "retire":
      return on(one("inactive", "standby"), (keyId) => retireKey(member, { keyId, reason: "unwanted" }, proof));
    case "rotate":
      return on(one("active"), (id) =>
        rotateKey(member, rotationOf(id, { takesOver: randomInt(4) ? "first_request" : "manual" }), proof),
      );
    case "take over":
      return on(one("standby"), (keyId) => takeOver(member, { keyId }, proof));
    case "request":
      return on(one("standby", "active"), request);
    case "cancel":
      return on(one("standby"), (keyId) => cancelRotation(member, { keyId }, proof));
    case "expire":
      await on(one("standby"), (id) => rotationOver(id));
      return String(await expireRotations());
  }
}

const pick = (keys: Key[], statuses: string[]): Key | undefined => {
  const suiting = keys.filter(({ status }) => statuses.includes(status));
  return suiting[suiting.length === 0 ? 0 : randomInt(suiting.length)];
};

const on = async <T>(key: Key | undefined, work: (id: string) => Promise<T>): Promise<T | null> =>
  key ? work(key.id) : null;
