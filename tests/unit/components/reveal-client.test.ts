import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type ActivationRequest,
  activate,
  activations,
  confirmReceipt,
} from "@/components/api-keys/activate/reveal-client";
import { accept, refuse } from "@/lib/platform/result";
import { LOGGED_OUT } from "@/lib/words/logged-out";

const request: ActivationRequest = {
  merchantId: "m",
  keyId: "k",
  ips: ["203.0.113.7"],
  ticket: "t".repeat(43),
  code: "123456",
};
const delivered = accept({ number: 1042, secret: "s".repeat(64) });
const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
const silence = () => new Promise<never>(() => {});
const broken = () => Promise.reject(new TypeError("fetch failed"));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watch<T>(promise: Promise<T>): { value?: T } {
  const seen: { value?: T } = {};
  promise.then((value) => {
    seen.value = value;
  });
  return seen;
}

describe("an activation whose reply arrives", () => {
  test("is sent once, and its copy is not fetched", async () => {
    const fetch = vi.fn<typeof globalThis.fetch>();
    const outcome = await activate(request, { send: async () => delivered, fetch });
    expect(outcome).toEqual({ reply: delivered, doubt: false, hanging: false });
    await vi.advanceTimersByTimeAsync(200_000);
    expect(fetch).not.toHaveBeenCalled();
  });

  test("passes a refusal on without repeating the request", async () => {
    const fetch = vi.fn<typeof globalThis.fetch>();
    const outcome = await activate(request, { send: async () => refuse({ code: "code_wrong" }), fetch });
    expect(outcome).toEqual({ reply: refuse({ code: "code_wrong" }), doubt: false, hanging: false });
    expect(fetch).not.toHaveBeenCalled();
  });

  test("says that nothing was changed when the proxy refused the first attempt", async () => {
    const fetch = vi.fn<typeof globalThis.fetch>();
    const send = () => Promise.reject(new Error(LOGGED_OUT));
    const outcome = await activate(request, { send, fetch });
    expect(outcome).toEqual({ reply: refuse({ code: "logged_out" }), doubt: false, hanging: false });
    expect(fetch).not.toHaveBeenCalled();
  });
});

describe("an activation whose reply is lost", () => {
  test("is repeated after 10 s, identical, as a plain fetch", async () => {
    const fetch = vi.fn<typeof globalThis.fetch>(async () => json(delivered));
    const seen = watch(activate(request, { send: silence, fetch }));
    await vi.advanceTimersByTimeAsync(9_999);
    expect(fetch).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(fetch).toHaveBeenCalledOnce();
    const [path, init] = fetch.mock.calls[0] ?? [];
    expect(path).toBe("/api/api-keys/k/reveal");
    expect(init).toMatchObject({ method: "POST", cache: "no-store" });
    expect(JSON.parse(String(init?.body))).toEqual(request);
    expect(seen.value).toMatchObject({ reply: delivered, doubt: true });
  });

  test("is repeated at once, as a plain fetch, when the server does not know the page's action", async () => {
    const fetch = vi.fn<typeof globalThis.fetch>(async () => json(delivered));
    const outcome = await activate(request, { send: async () => refuse({ code: "page_outdated" }), fetch });
    expect(fetch).toHaveBeenCalledOnce();
    expect(outcome.reply).toEqual(delivered);
  });

  test("is repeated at once when the connection broke", async () => {
    const fetch = vi.fn<typeof globalThis.fetch>(async () => json(delivered));
    const outcome = await activate(request, { send: broken, fetch });
    expect(fetch).toHaveBeenCalledOnce();
    expect(outcome.reply).toEqual(delivered);
  });

  test("is repeated at most 4 times, and then claims nothing", async () => {
    const fetch = vi.fn<typeof globalThis.fetch>(broken);
    const repeats: number[] = [];
    const seen = watch(activate(request, { send: broken, fetch, onRepeat: (repeat) => repeats.push(repeat) }));
    await vi.advanceTimersByTimeAsync(40_000);
    expect(repeats).toEqual([1, 2, 3, 4]);
    expect(fetch).toHaveBeenCalledTimes(4);
    expect(seen.value).toMatchObject({ reply: { ok: "unknown" }, doubt: true });
  });

  test("is given up after 120 s without a reply, and the open requests are aborted", async () => {
    const fetch = vi.fn<typeof globalThis.fetch>(silence);
    const seen = watch(activate(request, { send: silence, fetch }));
    await vi.advanceTimersByTimeAsync(119_999);
    expect(seen.value).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(seen.value).toEqual({ reply: { ok: "unknown" }, doubt: true, hanging: true });
    expect(fetch).toHaveBeenCalledTimes(4);
    expect(fetch.mock.calls.every(([, init]) => init?.signal?.aborted)).toBe(true);
  });

  test("uses the reply of the first attempt when that comes late", async () => {
    const send = () => new Promise<typeof delivered>((resolve) => setTimeout(resolve, 25_000, delivered));
    const fetch = vi.fn<typeof globalThis.fetch>(silence);
    const seen = watch(activate(request, { send, fetch }));
    await vi.advanceTimersByTimeAsync(25_000);
    expect(seen.value?.reply).toEqual(delivered);
    await vi.advanceTimersByTimeAsync(100_000);
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  test("never replaces the first reply with a second", async () => {
    const late = () =>
      new Promise<Response>((resolve) => setTimeout(resolve, 5_000, json(refuse({ code: "code_wrong" }))));
    const send = () => new Promise<typeof delivered>((resolve) => setTimeout(resolve, 12_000, delivered));
    const seen = watch(activate(request, { send, fetch: vi.fn<typeof globalThis.fetch>(late) }));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(seen.value?.reply).toEqual(delivered);
  });

  test("asks for a new code under the same ticket when the old one has expired, and says that an attempt is still open", async () => {
    const fetch = vi.fn<typeof globalThis.fetch>(async () => json(refuse({ code: "code_wrong" }), 403));
    const seen = watch(activate(request, { send: silence, fetch }));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(seen.value).toMatchObject({ reply: refuse({ code: "code_wrong" }), doubt: true });
  });

  test("reports a conflict of the ticket", async () => {
    const fetch = vi.fn<typeof globalThis.fetch>(async () => json(refuse({ code: "ticket_conflict" }), 409));
    const outcome = await activate(request, { send: broken, fetch });
    expect(outcome.reply).toEqual(refuse({ code: "ticket_conflict" }));
  });

  test("does not claim that nothing was changed when a repeat finds the Owner logged out", async () => {
    const fetch = vi.fn<typeof globalThis.fetch>(async () => new Response("", { status: 401 }));
    const outcome = await activate(request, { send: broken, fetch });
    expect(outcome).toMatchObject({ reply: { ok: "unknown" }, doubt: true });
    expect(fetch).toHaveBeenCalledOnce();
  });

  test.each([
    ["while the first attempt still holds the code", refuse({ code: "codes_busy" })],
    [
      "where the database is busy with a repeat: what became of the first attempt that does not tell",
      refuse({ code: "busy" }),
    ],
  ])("keeps asking %s", async (_, busy) => {
    const fetch = vi.fn<typeof globalThis.fetch>(async () => json(busy, 503));
    const seen = watch(activate(request, { send: silence, fetch }));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(seen.value).toBeUndefined();
    fetch.mockImplementation(async () => json(delivered));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(seen.value?.reply).toEqual(delivered);
  });

  test.each([
    ["an error page", () => new Response("<h1>502</h1>", { status: 502, headers: { "content-type": "text/html" } })],
    ["JSON that is no result", () => json({ secret: "x" })],
    ["a 503 without a word", () => new Response(null, { status: 503 })],
    ["half a reply", () => new Response('{"ok":tr', { headers: { "content-type": "application/json" } })],
  ])("does not accept %s as a reply", async (_, answer) => {
    const fetch = vi.fn<typeof globalThis.fetch>(async () => answer());
    const seen = watch(activate(request, { send: broken, fetch }));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(seen.value?.reply).toEqual({ ok: "unknown" });
    expect(fetch).toHaveBeenCalledTimes(4);
  });
});

describe("a new code under the same ticket", () => {
  const bodies = (fetch: ReturnType<typeof vi.fn<typeof globalThis.fetch>>) =>
    fetch.mock.calls.map(([, init]) => (JSON.parse(String(init?.body)) as ActivationRequest).code);

  test("returns the secret of the first attempt, if that succeeded after all", async () => {
    const fetch = vi.fn<typeof globalThis.fetch>(async () => json(refuse({ code: "code_wrong" }), 422));
    const send = vi.fn(silence as () => Promise<typeof delivered>);
    const activateUnderOneTicket = activations({ send, fetch });
    const first = watch(activateUnderOneTicket(request));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(first.value).toMatchObject({ reply: refuse({ code: "code_wrong" }), doubt: true });

    fetch.mockImplementation(async () => json(delivered));
    fetch.mockImplementationOnce(async () => json(refuse({ code: "ticket_conflict" }), 409));
    expect(await activateUnderOneTicket({ ...request, code: "654321" })).toMatchObject({
      reply: delivered,
      doubt: true,
    });
    expect(bodies(fetch)).toEqual(["123456", "654321", "123456"]);
    expect(send).toHaveBeenCalledOnce();
  });

  test("is not answered by an earlier request when nothing is uncertain", async () => {
    const fetch = vi.fn<typeof globalThis.fetch>();
    const send = vi.fn(async () => refuse({ code: "ticket_conflict" }));
    const outcome = await activations({ send, fetch })(request);
    expect(outcome).toEqual({ reply: refuse({ code: "ticket_conflict" }), doubt: false, hanging: false });
    expect(fetch).not.toHaveBeenCalled();
  });
});

describe("the receipt", () => {
  const receipt = { merchantId: "m", keyId: "k", ticket: request.ticket };

  test("is posted with only the ticket, and survives the page", async () => {
    const fetch = vi.fn<typeof globalThis.fetch>(async () => json(accept(null)));
    expect(await confirmReceipt(receipt, { fetch })).toBe(true);
    const [path, init] = fetch.mock.calls[0] ?? [];
    expect(path).toBe("/api/api-keys/k/receipt");
    expect(JSON.parse(String(init?.body))).toEqual({ merchantId: "m", ticket: request.ticket });
    expect(init?.keepalive).toBe(true);
  });

  test.each([
    ["while nothing answers", broken],
    [
      "where an answer breaks off",
      async () => new Response('{"ok":', { headers: { "content-type": "application/json" } }),
    ],
  ])("is repeated %s", async (_, lost) => {
    const fetch = vi.fn<typeof globalThis.fetch>(async () => json(accept(null)));
    fetch.mockImplementationOnce(lost);
    const seen = watch(confirmReceipt(receipt, { fetch }));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(seen.value).toBe(true);
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  test("is not repeated once it was refused", async () => {
    const fetch = vi.fn<typeof globalThis.fetch>(async () => json(refuse({ code: "not_found" }), 404));
    expect(await confirmReceipt(receipt, { fetch })).toBe(false);
    expect(fetch).toHaveBeenCalledOnce();
  });
});
