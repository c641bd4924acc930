import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { render } from "@/lib/mail/render";
import { REFUSED_WITHIN } from "@/lib/words/propagation";
import { LINK, MAIL_CONTEXT, MAILS, renderSample, SAMPLES } from "../../kit/mail/mail-samples";

describe.each(MAILS)("%s", (name) => {
  test("contains no link but an activation link, no HTML, and nothing undefined", () => {
    const { subject, text } = renderSample(name);
    const links = `${subject} ${text}`.match(/\S*(?:https?:|www\.|token)\S*/g) ?? [];
    expect(links).toEqual(["invitation", "way_back"].includes(name) ? [LINK] : []);
    expect(text).not.toMatch(/<[a-z]|undefined|null|NaN|\[object/i);
  });

  test("says what happened, and then what to do if it was not the recipient", () => {
    const { subject, text } = renderSample(name);
    expect(subject.length).toBeLessThan(78);
    expect(text.endsWith("\n")).toBe(true);
    expect(text).toMatch(/If (?:this was not you|you did not)/);
    expect(text).toMatch(/contact Support|ignore it/);
    expect(text).not.toMatch(/please|oops|success|[!—]/i);
  });

  test("does not let a name or an address add a line: line breaks in them become spaces", () => {
    const hostile = fc.string({
      unit: fc.constantFrom("\n", "\r", "\u2028", "\u0000", "\u202e", "\t", "a", "X: ", " "),
      maxLength: 40,
    });
    fc.assert(
      fc.property(hostile, (words) => {
        const data = { ...SAMPLES[name], ...("by" in SAMPLES[name] ? { by: `m${words}` } : {}) };
        const { subject, text } = render(name, data, { ...MAIL_CONTEXT, merchant: { name: `N${words}`, number: 1 } });
        const lines = (letter: string) => letter.split("\n").length;
        expect(subject).not.toMatch(/[\p{Cc}\p{Cf}\u2028]/u);
        expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\u2028]/u);
        expect(lines(text)).toBe(lines(renderSample(name).text));
      }),
    );
  });
});

test.each(["key_deactivated", "key_retired", "key_took_over"] as const)("%s promises what pages promise", (name) => {
  expect(REFUSED_WITHIN).toBe("within 1.2 seconds");
  expect(renderSample(name).text).toMatch(/All gateways refuse [^.]+ within 1\.2 seconds of the change\./);
});

test("each fact is on its own line, with times in UTC", () => {
  expect(renderSample("key_activated")).toEqual({
    subject: "API key 1051 of Nordwind Trading was activated",
    text: [
      "API key 1051 of Nordwind Trading was activated. Requests signed with it are now accepted.",
      "",
      "Merchant: Nordwind Trading, 20417",
      "Activated by: mara@nordwind.example",
      "When: 23 Nov 2026, 14:06 UTC",
      "From: 203.0.113.40",
      "Accepts requests from: 203.0.113.7, 2001:db8:40::/48",
      "",
      "If this was not you or another Owner, log in as usual, deactivate key 1051, and contact Support: support@countersign.example",
      "",
      "Sent to the Owners of Nordwind Trading. Notices from Countersign never contain a secret key, a code or a link to log in.",
      "",
    ].join("\n"),
  });
});

test("a notice without an address has no empty line for it", () => {
  const { text } = render("password_changed", { by: "Support", from: null }, MAIL_CONTEXT);
  expect(text).not.toContain("From:");
});

test.each(["no_such_mail", "toString", "__proto__", ""])("there is no mail called %j", (name) => {
  expect(() => render(name, {}, MAIL_CONTEXT)).toThrow("There is no mail");
});

test("an invitation is not written without its link, nor a merchant's mail without the merchant", () => {
  expect(() => renderSample("invitation", { ...MAIL_CONTEXT, invitation: null })).toThrow("without it");
  expect(() => renderSample("key_activated", { ...MAIL_CONTEXT, merchant: null })).toThrow("is about a merchant");
});
