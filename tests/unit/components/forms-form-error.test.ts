import { describe, expect, test, vi } from "vitest";
import { callAction, readReply, replyOf } from "@/components/forms/action-reply";
import { formErrorOf, ifIndeterminate } from "@/components/forms/form-error";
import { accept, refuse } from "@/lib/platform/result";
import type { Refusal } from "@/lib/words/refusals/refusals";

const json = (body: unknown, status = 200) => Response.json(body, { status });

const refused = (refusal: Refusal) => ({ ok: false as const, refusal });

describe("what a dialog accepts as a reply", () => {
  test("a thrown action is not a refusal: it may have failed after the commit", async () => {
    expect(await replyOf(Promise.reject(new Error("An unexpected response was received from the server.")))).toEqual({
      ok: "unknown",
    });
  });

  test("the proxy's 401 is a refusal, and nothing was changed", async () => {
    const given = new Error("You were logged out, and nothing was changed.");
    expect(await replyOf(Promise.reject(given))).toEqual(refuse({ code: "logged_out" }));
    expect(await readReply(new Response("", { status: 401 }))).toEqual(refuse({ code: "logged_out" }));
  });

  test("an error without a text is not taken for the proxy's", async () => {
    expect(await replyOf(Promise.reject(new Error("")))).toEqual({ ok: "unknown" });
  });

  test("30 s without a reply is not a refusal", async () => {
    vi.useFakeTimers();
    const reply = callAction(new Promise<never>(() => {}));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await reply).toEqual({ ok: "unknown" });
    vi.useRealTimers();
  });

  test("a result is read whatever its status", async () => {
    expect(await readReply(json(accept(7)))).toEqual(accept(7));
    expect(await readReply(json(refuse({ code: "ticket_conflict" }), 409))).toEqual(
      refuse({ code: "ticket_conflict" }),
    );
  });

  test.each([null, 3, "ok", {}, { ok: "true" }, { ok: null }])(
    "JSON that is not a result (%j) is not accepted as one",
    async (body) => {
      expect(await readReply(json(body))).toEqual({ ok: "unknown" });
    },
  );
});

describe("where a dialog says what was refused", () => {
  test("a code under the code, a password under the password, an address under the addresses", () => {
    const field = (refusal: Refusal) => formErrorOf(refused(refusal), "").field;
    expect(field({ code: "code_wrong" })).toBe("code");
    expect(field({ code: "codes_work" })).toBe("code");
    expect(field({ code: "password_wrong" })).toBe("password");
    expect(field({ code: "ip_malformed", entry: "x" })).toBe("ips");
    expect(field({ code: "another_key_active", number: 1042 })).toBe("form");
  });

  test("an unknown outcome names the key, claims nothing, and offers to reload instead of trying again", () => {
    expect(formErrorOf({ ok: "unknown" }, ifIndeterminate(1042))).toMatchObject({
      text: "We do not know whether key 1042 changed. Reload the list before you try again.",
      remedy: "reload",
    });
  });

  test("a list that is out of date cannot be acted on again before it is reloaded", () => {
    expect(formErrorOf(refused({ code: "key_not_active", number: 1042 }), "").remedy).toBe("reload");
    expect(formErrorOf(refused({ code: "key_retired", number: 1042 }), "").remedy).toBe("reload");
    expect(formErrorOf(refused({ code: "code_wrong" }), "").remedy).toBeNull();
  });

  test("a logged-out user is sent to the login", () => {
    expect(formErrorOf(refused({ code: "logged_out" }), "")).toMatchObject({
      text: "You were logged out, and nothing was changed. Log in and try again.",
      remedy: "log-in",
    });
  });
});
