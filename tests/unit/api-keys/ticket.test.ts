import { randomBytes, randomUUID } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { newTicket } from "@/components/api-keys/activate/ticket";
import { openCopy, type Parameters, parametersHash, sealCopy, TICKET, ticketHash } from "@/lib/api-keys/reveal/ticket";
import { Secret } from "@/lib/platform/crypto/secret";

const ticket = randomBytes(32).toString("base64url");
const secret = new Secret("aB3".repeat(21).concat("z"));
const parameters: Parameters = {
  keyId: randomUUID(),
  merchantId: randomUUID(),
  userId: randomUUID(),
  sessionId: randomUUID(),
  allowedIps: ["203.0.113.7", "2001:db8::/32"],
  code: "123456",
};
const copy = sealCopy(ticket, parameters, secret);

test("the ticket opens the copy that was made for it", () => {
  expect(openCopy(ticket, parameters, copy).expose()).toBe(secret.expose());
});

test("the dialog's ticket has the form that the server accepts", () => {
  for (let n = 0; n < 200; n++) expect(newTicket()).toMatch(TICKET);
});

test.each(["keyId", "merchantId", "userId", "sessionId"] as const)(
  "a copy moved to another %s does not open",
  (field) => {
    expect(() => openCopy(ticket, { ...parameters, [field]: randomUUID() }, copy)).toThrow();
  },
);

test("another ticket does not open the copy", () => {
  expect(() => openCopy(randomBytes(32).toString("base64url"), parameters, copy)).toThrow();
});

test("a copy with any one bit changed does not open", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: copy.length * 8 - 1 }), (bit) => {
      const changed = Uint8Array.from(copy);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => openCopy(ticket, parameters, changed)).toThrow();
    }),
  );
});

test.each([0, 4, 12, 16, 27])("a copy truncated to %i bytes does not open: no shorter tag is accepted", (length) => {
  expect(() => openCopy(ticket, parameters, copy.subarray(0, length))).toThrow();
});

test("sealing twice under one ticket repeats no bytes", () => {
  const other = sealCopy(ticket, parameters, secret);
  expect(Buffer.from(other).equals(Buffer.from(copy))).toBe(false);
  expect(Buffer.from(other).subarray(0, 12).equals(Buffer.from(copy).subarray(0, 12))).toBe(false);
});

test("what is stored holds neither the ticket nor the secret", () => {
  const stored = Buffer.concat([copy, ticketHash(ticket), parametersHash(ticket, parameters)]);
  for (const told of [secret.expose(), ticket, parameters.code]) expect(stored.includes(told)).toBe(false);
  expect(stored.includes(Buffer.from(ticket, "base64url"))).toBe(false);
});

test("the row's name is not the copy's key: the three values derived from a ticket differ", () => {
  const hashes = [ticketHash(ticket), parametersHash(ticket, parameters)].map((hash) =>
    Buffer.from(hash).toString("hex"),
  );
  expect(new Set(hashes).size).toBe(2);
  expect(hashes.every((hash) => hash.length === 64)).toBe(true);
});

test("identical requests have the same hash, with addresses in any order and ids in any case", () => {
  const same = {
    ...parameters,
    keyId: parameters.keyId.toUpperCase(),
    allowedIps: [...parameters.allowedIps].reverse(),
  };
  expect(parametersHash(ticket, same)).toEqual(parametersHash(ticket, parameters));
});

test.each<[string, Partial<Parameters>]>([
  ["another key", { keyId: randomUUID() }],
  ["another merchant", { merchantId: randomUUID() }],
  ["another user", { userId: randomUUID() }],
  ["another session", { sessionId: randomUUID() }],
  ["another code", { code: "123457" }],
  ["no code", { code: "" }],
  ["one address more", { allowedIps: [...parameters.allowedIps, "198.51.100.1"] }],
  ["one address less", { allowedIps: parameters.allowedIps.slice(1) }],
  ["no address", { allowedIps: [] }],
  ["the code among the addresses", { code: "", allowedIps: ["123456", ...parameters.allowedIps] }],
  ["two addresses written as one", { allowedIps: [parameters.allowedIps.join()] }],
])("a request with %s is not identical", (_what, change) => {
  expect(parametersHash(ticket, { ...parameters, ...change })).not.toEqual(parametersHash(ticket, parameters));
});

test.each([
  ["42 characters", ticket.slice(1)],
  ["44 characters", `${ticket}A`],
  ["padding", `${ticket.slice(0, 42)}=`],
  ["a character of the other base64", `+${ticket.slice(1)}`],
  ["a second spelling of the same bytes", `${ticket.slice(0, 42)}B`],
  ["a line's end", `${ticket}\n`],
  ["nothing", ""],
])("a ticket of %s is refused", (_what, bad) => {
  expect(() => ticketHash(bad)).toThrow("32 bytes");
});
