import { createHash, randomBytes, randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { invitationToken, invitationTokenHash, parseInvitationKey } from "@/lib/platform/crypto/invitation-token";

const key = randomBytes(32);
const id = "3f0c7d1e-52a1-4f0e-9a55-0d6d3b9f2a10";

describe("the token of an invitation", () => {
  test("is the same at every attempt, so that every mail that arrives works", () => {
    expect(invitationToken(key, id)).toBe(invitationToken(Buffer.from(key), id.toUpperCase()));
  });

  test("is 256 bits that need no escaping in a URL", () => {
    expect(invitationToken(key, id)).toMatch(/^[\w-]{43}$/);
  });

  test("differs between invitations and between keys", () => {
    const tokens = [invitationToken(key, id), invitationToken(key, randomUUID()), invitationToken(randomBytes(32), id)];
    expect(new Set(tokens).size).toBe(3);
  });

  test("cannot be computed from what the database holds: the id alone, or its hash", () => {
    const token = invitationToken(key, id);
    expect(token).not.toBe(createHash("sha256").update(id).digest("base64url"));
    expect(Buffer.from(invitationTokenHash(token)).toString("base64url")).not.toBe(token);
    expect(Buffer.from(invitationTokenHash(token))).toEqual(createHash("sha256").update(token).digest());
  });
});

test.each([
  "",
  "short",
  randomBytes(31).toString("base64"),
  randomBytes(33).toString("base64"),
  randomBytes(32).toString("base64url"),
  "ä".repeat(44),
])("a key that is not 32 bytes in base64 is refused without quoting it: %#", (text) => {
  expect(() => parseInvitationKey(text)).toThrow(/^not 32 bytes in base64$/);
});
