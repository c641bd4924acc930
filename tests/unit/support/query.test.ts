import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newKey, newSecret } from "@/lib/api-keys/key-pair";
import { mayHoldSecret } from "@/lib/api-keys/may-hold-secret";
import { readQuery } from "@/lib/support/query";

const secret = () => newSecret(randomBytes).expose();
const inGroups = (text: string, size: number, between: string) =>
  text.match(new RegExp(`.{1,${size}}`, "g"))?.join(between) ?? "";

describe("a secret pasted by mistake", () => {
  test.each<[string, (secret: string) => string]>([
    ["alone", (it) => it],
    ["with spaces around it", (it) => `  ${it}\t `],
    ["in groups of four", (it) => inGroups(it, 4, " ")],
    ["in four lines", (it) => inGroups(it, 16, "\n")],
    ["in lines with a carriage return", (it) => inGroups(it, 16, "\r\n")],
    ["in groups with no-break spaces", (it) => inGroups(it, 8, "\u00a0")],
    ["with zero-width spaces between", (it) => inGroups(it, 4, "\u200b")],
    ["with hyphens between", (it) => inGroups(it, 8, "-")],
    ["in quotes", (it) => `"${it}"`],
    ["as an environment variable", (it) => `COUNTERSIGN_SECRET=${it}`],
    ["inside a message", (it) => `Hello Support, our secret key is ${it} and it does not work`],
    ["inside a message, in groups", (it) => `our secret: ${inGroups(it, 4, " ")}. Thanks`],
    ["after the API key", (it) => `${newKey(randomBytes)}:${it}`],
    ["as JSON", (it) => JSON.stringify({ key: newKey(randomBytes), secret: it })],
    ["without its last character", (it) => it.slice(0, -1)],
    ["cut off after 33 characters", (it) => it.slice(0, 33)],
    ["twice", (it) => it + it],
  ])("%s is refused", (_, write) => {
    for (let n = 0; n < 200; n++) expect(readQuery(write(secret()))).toEqual({ kind: "secret" });
  });

  test("it is refused with any text before and after it", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => readQuery(before + secret() + after).kind === "secret"),
    );
  });
});

describe("what Support searches for", () => {
  test("an API key is taken whole, or in the groups it is shown in", () => {
    const key = newKey(randomBytes);
    expect(readQuery(` ${key}\n`)).toEqual({ kind: "key", key });
    expect(readQuery(inGroups(key, 4, " "))).toEqual({ kind: "key", key });
  });

  test("a part of an API key is not treated as one", () => {
    expect(readQuery(newKey(randomBytes).slice(1)).kind).toBe("words");
  });

  test("names, numbers and emails are words, in lower case", () => {
    expect(readQuery("  Nordwind   Trading ")).toEqual({ kind: "words", words: "nordwind trading", number: null });
    expect(readQuery("20417")).toEqual({ kind: "words", words: "20417", number: 20417 });
    expect(readQuery("Mara@Nordwind.example")).toEqual({ kind: "words", words: "mara@nordwind.example", number: null });
  });

  test("a number past the largest is no merchant's number", () => {
    expect(readQuery("2147483648")).toMatchObject({ kind: "words", number: null });
    expect(readQuery("99999999999")).toMatchObject({ kind: "words", number: null });
  });

  test.each([
    "Saltmarsh Glass Works International Holdings",
    "Donaudampfschifffahrtsgesellschaftskapitaen",
    "accounts.payable@saltmarshglassworksinternational.example",
    "Rhein-Main-Donau Schifffahrt und Hafenbetrieb",
  ])("%s is no secret", (name) => {
    expect(mayHoldSecret(name)).toBe(false);
    expect(readQuery(name).kind).toBe("words");
  });

  test("an empty text searches nothing, and a text longer than any name is refused", () => {
    expect(readQuery(" \n ")).toEqual({ kind: "empty" });
    expect(readQuery("a, ".repeat(40))).toEqual({ kind: "long" });
  });
});
