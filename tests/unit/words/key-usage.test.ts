import { expect, test } from "vitest";
import { COLUMNS } from "@/lib/gateway/usage/columns";
import { isMistake, type Mistake, WORDS } from "@/lib/platform/signing/mistakes/words/words";
import { type Reader, refusedWords, sourceWords } from "@/lib/words/key-usage";

const unknown = refusedWords("made_up", null);

test("every refusal that is counted separately has its own words", () => {
  const columns = COLUMNS.filter((column) => column !== "accepted" && column !== "other");
  const counted = [...columns, "not_found", "method_not_allowed"];
  const words = counted.map((column) => refusedWords(column, null).what);
  expect(new Set([...words, unknown.what]).size).toBe(counted.length + 1);
});

test("a secret that does not open has its own words too: its merchant can act on it", () => {
  expect(refusedWords("secret_not_opened", null).remedy).toContain("a new API key works");
  expect(refusedWords("secret_not_opened", null).what).not.toBe(refusedWords("unavailable", null).what);
});

test("a correctly signed request to a path or method that does not exist is told that its signature is right", () => {
  const words = (["owner", "support"] as const).map((reader) => refusedWords("not_found", null, false, { reader }));
  for (const { what, remedy } of words) {
    expect(what).toBe("Nothing is at this path");
    expect(remedy).toMatch(/^The signature is right, but nothing was done\. .*begins? with \/api\/v2\//);
  }
  expect(words.map(({ remedy }) => remedy.includes("UPSTREAM_URL"))).toEqual([false, true]);
  expect(refusedWords("not_found", "path_base_twice").remedy).toBe(
    "The signature is right, but nothing was done. The base path is in the path twice. It is /api/v2/ once.",
  );
  expect(refusedWords("method_not_allowed", null).remedy).toContain("The signature is right");
});

test("every likely mistake has its own instruction, and keeps the reason", () => {
  const { what, remedy } = refusedWords("bad_header_signature", null);
  const words = (Object.keys(WORDS) as Mistake[]).map((mistake) => refusedWords("bad_header_signature", mistake));
  expect(new Set(words.map((each) => each.what))).toEqual(new Set([what]));
  expect(new Set([...words.map((each) => each.remedy), remedy]).size).toBe(words.length + 1);
  for (const each of words) expect(each.remedy).toMatch(/^[A-Z].*\. .*\.$/);
});

test("what can be read in the request is a fact, and what is concluded from it is likely", () => {
  const facts = (Object.keys(WORDS) as Mistake[]).filter(
    (mistake) => !refusedWords("bad_content_format", mistake).remedy.startsWith("Likely "),
  );
  expect(facts.sort()).toEqual([
    ...["body_byte_order_mark", "body_empty", "body_form", "body_missing", "body_not_json", "body_single_quotes"],
    ...["body_trailing_comma", "body_utf16", "content_encoded", "content_type_form", "content_type_missing"],
    ...["content_type_other", "content_type_text", "content_type_twice", "key_empty", "key_missing", "key_twice"],
    ...["path_base_twice", "path_double_slash", "path_trailing_slash", "path_without_base", "signature_empty"],
    ...["signature_length", "signature_missing", "signature_twice", "signature_unreadable"],
  ]);
  expect(refusedWords("bad_header_signature", "signature_length:64").remedy).toMatch(
    /^The signature has 64 characters/,
  );
  expect(refusedWords("bad_content_format", "json_compact+content_type_form").remedy).toMatch(
    /^Content-Type is that of a form\. Likely the JSON was /,
  );
});

test("two mistakes of one request are explained one after the other", () => {
  expect(refusedWords("bad_header_signature", "json_compact+newline_signed").remedy).toMatch(
    /^Likely the JSON was .* And a line break .*\.$/,
  );
});

test("a request that was not examined says so, and never shows what was found in another", () => {
  expect(refusedWords("bad_header_signature", null, false).remedy).toContain("was not looked into");
  expect(refusedWords("bad_header_signature", null, true).remedy).toContain("No mistake we know of");
  expect(refusedWords("ip_not_allowed", null, false)).toEqual(refusedWords("ip_not_allowed", null, true));
});

test("beside the button that allows the address, no other way is suggested; a deactivated key gets no advice that cannot be followed", () => {
  const remedy = (reason: string, situation = {}) => refusedWords(reason, null, true, situation).remedy;
  expect(remedy("ip_not_allowed")).toContain("Edit IP addresses");
  expect(remedy("ip_not_allowed", { state: "active", allow: true })).not.toContain("Edit IP addresses");
  expect(remedy("bad_header_key", { state: "inactive" })).toContain("Activate it");
  for (const reason of ["ip_not_allowed", "bad_header_key", "on_standby", "secret_sent"])
    expect(remedy(reason, { state: "retired" })).not.toMatch(/Edit|Activate|Deactivate|once it has/);
  expect(refusedWords("secret_sent", "secret_sent", true, { state: "standby" }).remedy).toContain(
    "Cancel the rotation",
  );
  expect(remedy("on_standby", { state: "standby" })).toContain("once it has taken over");
  expect(remedy("on_standby", { state: "active" })).toContain("before the key took over");
});

test("Support reads the same advice as what to tell the merchant, and no member is told what only Owners can do", () => {
  const counted = COLUMNS.filter((column) => column !== "accepted" && column !== "other");
  const reasons = [
    ...counted,
    "not_found",
    "method_not_allowed",
    "on_standby",
    "secret_sent",
    "secret_accepted",
    "secret_not_opened",
    "made_up",
  ];
  const states = ["active", "standby", "inactive", "retired"];
  const ADVICE = "Tell the merchant: ";
  for (const reason of reasons)
    for (const mistake of [null, ...(Object.keys(WORDS) as Mistake[])])
      for (const state of states) {
        const read = (reader: Reader) => refusedWords(reason, mistake, true, { state, reader }).remedy;
        const [own = "", passedOn = ""] = read("support").split(ADVICE);
        expect(own).not.toMatch(/\byours?\b|\bSupport\b|^(Activate|Deactivate|Send|Sign|Cancel|Use|Remove)\b/);
        if (passedOn) expect(read("owner")).toBe(own + passedOn);
        if (isMistake(mistake ?? "") || reason.startsWith("secret_")) continue;
        expect(read("member")).not.toMatch(/^(Activate|Deactivate|Cancel)\b|Edit IP/);
      }
});

test("of two mistakes both facts come before what to tell the merchant", () => {
  expect(
    refusedWords("bad_header_signature", "json_compact+newline_signed", true, { reader: "support" }).remedy,
  ).toMatch(/^Likely the JSON .* And a line break [^:]*\. Tell the merchant: /);
});

test("a secret in an accepted request is told as accepted", () => {
  expect(refusedWords("secret_accepted", "secret_accepted").what).toBe(
    "The secret key was sent with an accepted request",
  );
  expect(refusedWords("secret_accepted", "secret_accepted").remedy).not.toContain("Likely");
});

test.each(["constructor", "__proto__", "toString"])(
  "an unknown reason or mistake (%s) is shown without details",
  (odd) => {
    expect(refusedWords(odd, odd)).toEqual(unknown);
  },
);

test("more sources than are counted separately are called many", () => {
  expect(sourceWords("other")).toBe("many addresses");
  expect(sourceWords("2001:db8::/64")).toBe("2001:db8::/64");
});
