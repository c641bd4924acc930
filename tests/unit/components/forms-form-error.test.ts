import { describe, expect, test, vi } from "vitest";
import { callAction, readReply, replyOf } from "@/components/forms/action-reply";
import { formErrorOf, ifIndeterminate } from "@/components/forms/form-error";
import { accept, refuse } from "@/lib/platform/result";
import type { Refusal } from "@/lib/words/refusals/refusals";

const json = (body: unknown, status = 200) => Response.json(body, { status });

const refused = (refusal: Refusal) => ({ ok: false as const, refusal });

describe("what a dialog takes for an answer", () => {
  test("a thrown action is no refusal: it may have failed after the commit", async () => {
    expect(await replyOf(Promise.reject(new Error("An unexpected response was received from the server.")))).toEqual({
      ok: "unknown",
    });
  });

  test("the proxy's 401 is one, and nothing was changed", async () => {
    const given = new Error("You were logged out, and nothing was changed.");
    expect(await replyOf(Promise.reject(given))).toEqual(refuse({ code: "logged_out" }));
    expect(await readReply(new Response("", { status: 401 }))).toEqual(refuse({ code: "logged_out" }));
  });

  test("an error without words is not taken for the proxy's", async () => {
    expect(await replyOf(Promise.reject(new Error("")))).toEqual({ ok: "unknown" });
  });

  test("half a minute of silence is none", async () => {
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
    "JSON that is no result (%j) is not taken for one",
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

  test("an unknown end names the key, claims nothing, and offers to reload instead of trying again", () => {
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

  test("who was logged out is led to the login", () => {
    expect(formErrorOf(refused({ code: "logged_out" }), "")).toMatchObject({
      text: "You were logged out, and nothing was changed. Log in and try again.",
      remedy: "log-in",
    });
  });
});
