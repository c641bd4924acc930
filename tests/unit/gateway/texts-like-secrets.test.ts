import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { textsLikeSecrets } from "@/lib/gateway/auth/texts-like-secrets";

const SECRET = `${"aB3".repeat(21)}Z`;
const textsIn = (value: string) => textsLikeSecrets(["X-Any", value], 8).map(({ text }) => text);

/** The same rule as a regular expression, which reads every letter. */
const bySlowRule = (value: string) =>
  [...value.matchAll(/(?<![A-Za-z0-9])[A-Za-z0-9]{64}(?![A-Za-z0-9])/g)].flatMap(([text]) =>
    /^[0-9a-f]+$/i.test(text) ? [] : [text],
  );

describe("a text has the form of a secret key", () => {
  test.each([
    ["alone", SECRET],
    ["after a label", `Bearer ${SECRET}`],
    ["in a cookie", `a=b; secret=${SECRET}; c=d`],
    ["in quotation marks", `"${SECRET}"`],
    ["in Base64, as basic authentication writes it", `Basic ${btoa(`key:${SECRET}`)}`],
  ])("%s", (_, value) => {
    expect(textsIn(value)).toEqual([SECRET]);
  });

  test("anywhere among other text", () => {
    const noise = fc.stringMatching(/^[a-z0-9 =;.-]{0,200}$/);
    const secret = fc.stringMatching(/^[A-Za-z0-9]{60,68}$/);
    fc.assert(
      fc.property(fc.array(fc.oneof(noise, secret), { maxLength: 6 }), fc.constantFrom(" ", ";", "="), (parts, by) => {
        const value = parts.join(by);
        expect(textsIn(value)).toEqual(bySlowRule(value).slice(0, 8));
      }),
      { numRuns: 2_000 },
    );
  });
});

test.each([
  ["a letter more", `${SECRET}a`],
  ["a letter less", SECRET.slice(1)],
  ["a signature", "0f".repeat(64)],
  ["a digest in hex", "0F".repeat(32)],
  ["text that only names basic authentication", `Basic ${"=".repeat(90)}`],
])("%s does not have it", (_, value) => {
  expect(textsIn(value)).toEqual([]);
});

test("of a header only a limited number is examined", () => {
  expect(textsLikeSecrets(["X-Any", Array(20).fill(SECRET).join(" ")], 8)).toHaveLength(8);
});
