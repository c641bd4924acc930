import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { check } from "@/components/integration/check";
import { enteredSecretMistake } from "@/lib/words/integration/entered-secret";
import { VECTOR } from "@/lib/words/integration/vector";
import { KEY, SECRET } from "../../kit/gateway/mistakes";

const SIGNATURE = createHmac("sha512", SECRET).update(VECTOR.body).digest("hex");
const COUNT = "The secret key has";
const FOREIGN = "The secret key has a character that is neither a letter nor a digit.";
const EXCHANGED = "The signature is in the field of the secret key.";
const OTHER_VECTOR = "This is not the secret key of the test vector.";

test("a secret key, and the published one of 13 characters, can be one", () => {
  expect(enteredSecretMistake(SECRET, SIGNATURE)).toBeNull();
  expect(enteredSecretMistake(VECTOR.secret, VECTOR.signature)).toBeNull();
});

describe("a text that cannot be a secret key is named, and no signature is offered", () => {
  test.each([
    ["its last character is missing", SECRET.slice(0, -1), `${COUNT} 63 of 64 characters.`],
    ["its first half", SECRET.slice(0, 20), `${COUNT} 20 of 64 characters.`],
    ["the API key", KEY, `${COUNT} 32 of 64 characters, as many as an API key.`],
    ["one character too many", `${SECRET}a`, `${COUNT} 65 characters instead of 64.`],
    ["pasted twice", SECRET + SECRET, `${COUNT} 128 characters instead of 64.`],
    ["in quotation marks", `"${SECRET}"`, FOREIGN],
    ["with its variable", `COUNTERSIGN_SECRET=${SECRET}`, FOREIGN],
    ["in groups", SECRET.replace(/.{4}(?=.)/g, "$& "), FOREIGN],
    ["a character of it is another", `${SECRET.slice(0, -1)}é`, FOREIGN],
  ])("%s", async (_, secret, what) => {
    const entered = { body: Buffer.from(VECTOR.body), secret, key: KEY, target: "" };
    const ofThisText = createHmac("sha512", secret).update(VECTOR.body).digest("hex");
    for (const signature of [SIGNATURE, ofThisText, "0".repeat(128)])
      expect(await check({ ...entered, signature }, () => true)).toEqual({
        ...{ kind: "wrong", signature: null, signed: null },
        sentences: [[what, expect.stringMatching(/\.$/)]],
      });
  });
});

test.each([
  [SECRET, SIGNATURE],
  [VECTOR.secret, VECTOR.signature],
])("the secret key and the signature in each other's field: %s", (secret, signature) =>
  expect(enteredSecretMistake(signature, secret)).toEqual([EXCHANGED, "Exchange the two."]),
);

test("a signature in both fields", () =>
  expect(enteredSecretMistake(SIGNATURE, SIGNATURE)).toEqual([EXCHANGED, "Enter the secret key there."]));

test.each([
  [`${VECTOR.secret}7`, "It has 13 characters, not 14: AbCdEfG123456."],
  [VECTOR.secret.slice(0, -1), "It has 13 characters, not 12: AbCdEfG123456."],
  [VECTOR.secret.toLowerCase(), "It is AbCdEfG123456."],
])("another secret key than the test vector's, where that was meant: %s", (secret, remedy) =>
  expect(enteredSecretMistake(secret, VECTOR.signature)).toEqual([OTHER_VECTOR, remedy]),
);
