import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressRefusal } from "@/components/team/address-refusal";
import { MAX_ADDED, readAddresses } from "@/lib/merchants/team/addresses";

const [leo, ivo, mara] = ["leo@nordwind.example", "ivo.brandt@nordwind.example", "mara+keys@nordwind.example"];

test.each(["<", '"', "a ", "mailto:", "mailto:a?", "<a", 'a"', "(", "a@"])(
  "100,000 times %j are read in one go",
  (text) => {
    expect(readAddresses(text.repeat(100_000)).emails).toEqual([]);
  },
);

describe("several addresses are read from what was pasted", () => {
  test.each([
    ["commas", `${leo}, ${ivo},${mara}`],
    ["semicolons", `${leo}; ${ivo};${mara};`],
    ["blanks", `  ${leo} ${ivo}\t${mara} `],
    ["lines", `${leo}\r\n${ivo}\n\n${mara}\n`],
    ["links", `mailto:${leo} MAILTO:${ivo}?subject=Hello,%20you mailto:mara%2Bkeys%40nordwind.example`],
    ["names", `"Lind, Leo" <${leo}>, Ivo Brandt <${ivo}>; <${mara}>`],
    ["names without quotes, a line each", `Leo Lind <${leo}>\nIvo <${ivo}>\nMara <mailto:${mara}>`],
    ["capitals and repeats", `${leo.toUpperCase()}, ${ivo} ${leo}, ${mara}`],
    ["invisible characters", `\u200b${leo}\u2060, ${ivo}\u00a0${mara}\ufeff`],
    ["links in a row", `mailto:${leo}?subject=a,mailto:${ivo};mailto:${mara}`],
    ["quotes, brackets and full stops", `'${leo}', (${ivo}) "${mara}".`],
  ])("separated by %s", (_, text) => {
    expect(readAddresses(text)).toEqual({ emails: [leo, ivo, mara], malformed: [] });
  });

  test("an invalid one is named as it was written, and the rest are kept", () => {
    const read = readAddresses(`${leo}, ivo@nordwind; @example.com ${mara} Leo`);
    expect(read).toEqual({ emails: [leo, mara], malformed: ["ivo@nordwind", "@example.com", "Leo"] });
    expect(addressRefusal(read)).toBe(
      "ivo@nordwind is not an email address. Correct it or remove it. 2 more addresses need correcting.",
    );
    expect(addressRefusal(readAddresses("Leo Lind"))).toContain("1 more address needs correcting.");
  });

  test("no text, and one too many, are refused before anything is sent", () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => `a${n}@x.example`).join("\n");
    expect(addressRefusal(readAddresses(" ,\n"))).toBe("Enter an email address, such as name@example.com.");
    expect(addressRefusal(readAddresses(many(MAX_ADDED)))).toBeNull();
    expect(addressRefusal(readAddresses(many(MAX_ADDED + 2)))).toBe(
      "You can add 20 users at once. Remove 2, and add them next.",
    );
  });

  test("whatever is pasted, an address is one word with one @", () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom("a", "@", ".", ",", " ", "\n", "<", ">", '"', "%40", "mailto:", "?"),
          maxLength: 400,
        }),
        (text) => {
          for (const email of readAddresses(text).emails) expect(email).toMatch(/^[^\s@,;<>]+@[^\s@,;<>]+$/);
        },
      ),
    );
  });
});
