import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { AuthDeps } from "@/lib/gateway/auth/auth-result";
import { authenticate } from "@/lib/gateway/auth/authenticate";
import type { ActiveKey, CachedKey, StandbyKey } from "@/lib/gateway/cache/cached-key";
import type { ErrorCode } from "@/lib/gateway/http/errors";
import type { GatewayRequest } from "@/lib/gateway/http/request";
import { compileAllowlist } from "@/lib/platform/ip-allowlist/match";
import { sign, signingKey } from "@/lib/platform/signing/signature";

const KEY = "K".repeat(32);
const BODY = Buffer.from("{}");
const SOURCE = "198.51.100.7";
const secretOf = (text: string) => signingKey(Buffer.from(text));

const active = (change: Partial<ActiveKey> = {}): ActiveKey => ({
  active: true,
  number: 1042,
  merchant: { id: "m", name: "Acme" },
  activatedAt: "2026-11-23T00:00:00.000Z",
  secret: secretOf("first"),
  allowlist: compileAllowlist([]),
  ...change,
});
const inactive: CachedKey = { active: false, number: 1042 };

/** The possible faults of a request, in the order in which they are refused. */
const FAULTS = {
  required_header_key: "two key headers",
  required_header_signature: "two signature headers",
  unavailable: "no lease",
  too_many_requests: "its source has looked up too many keys",
  bad_header_key: "the key is inactive",
  unsupported_media_type: "the body is encoded",
  payload_too_large: "the body is too large",
  bad_header_signature: "the signature is wrong",
  ip_not_allowed: "the address is not listed",
  bad_content_format: "the body is no JSON",
} as const satisfies Partial<Record<ErrorCode, string>>;
type Fault = keyof typeof FAULTS;
const faults = Object.keys(FAULTS) as Fault[];

function faulty(present: readonly Fault[]) {
  const has = (fault: Fault) => present.includes(fault);
  const body = has("bad_content_format") ? Buffer.from("no") : BODY;
  const key = ["X-Processing-Key", KEY];
  const signature = [
    "X-Processing-Signature",
    has("bad_header_signature") ? "0".repeat(128) : sign(secretOf("first"), body),
  ];
  const request: GatewayRequest = {
    method: "POST",
    path: "/api/v2/whoami",
    target: "/api/v2/whoami",
    headers: [
      ...(has("required_header_key") ? [...key, ...key] : key),
      ...(has("required_header_signature") ? [...signature, ...signature] : signature),
      ...(has("unsupported_media_type") ? ["Content-Encoding", "gzip"] : []),
      ...["Content-Type", "application/json"],
    ],
    source: SOURCE,
    body: vi.fn(async () => (has("payload_too_large") ? ("payload_too_large" as const) : [body])),
  };
  const entry = has("bad_header_key")
    ? inactive
    : active({ allowlist: compileAllowlist(has("ip_not_allowed") ? ["203.0.113.1"] : []) });
  const lookups = { take: vi.fn(() => !has("too_many_requests")), release: vi.fn() };
  return { request, ladder: { ...ladder({ isFresh: () => !has("unavailable"), load: vi.fn(() => entry) }), lookups } };
}

function ladder(keyCache: Partial<AuthDeps["keyCache"]>): AuthDeps {
  return {
    keyCache: {
      isFresh: () => true,
      renewal: async () => undefined,
      peek: () => undefined,
      load: () => active(),
      isCurrent: () => true,
      until: () => 1_000,
      ...keyCache,
    },
    lookups: { take: vi.fn(() => true), release: vi.fn() },
    activeKeys: { mayBeActive: () => false },
    standby: { ask: () => Promise.reject(new Error("no key is on standby here")) },
    failed: vi.fn(),
  };
}

const refusalOf = async (request: GatewayRequest, ladder: AuthDeps) => {
  const verdict = await authenticate(request, ladder);
  return "refused" in verdict ? verdict.refused : "accepted";
};

const standby = (change: Partial<StandbyKey> = {}): StandbyKey => ({
  active: false,
  number: 1043,
  merchant: { id: "m", name: "M" },
  id: "k",
  takesOver: "first_request",
  until: Number.POSITIVE_INFINITY,
  secret: secretOf("first"),
  allowlist: compileAllowlist([]),
  ...change,
});

describe("the ladder", () => {
  test("accepts a request without errors, and says by which key, source and rule", async () => {
    const { request, ladder } = faulty([]);
    const verdict = await authenticate(request, ladder);
    expect(verdict).toMatchObject({
      keyNumber: 1042,
      accepted: { key: { number: 1042 }, source: SOURCE, rule: "any", body: [BODY] },
    });
  });

  test("refuses for the first error, whatever follows", async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(faults, { minLength: 1 }), async (present) => {
        const { request, ladder } = faulty(present);
        expect(await refusalOf(request, ladder)).toBe(faults.find((fault) => present.includes(fault)));
      }),
      { numRuns: 600 },
    );
  });

  test.each(faults.slice(0, 6))("reads nothing of a body when %s", async (fault) => {
    const { request, ladder } = faulty([fault]);
    await authenticate(request, ladder);
    expect(request.body).not.toHaveBeenCalled();
  });

  test.each(faults.slice(0, 4))("looks up no key when %s", async (fault) => {
    const { request, ladder } = faulty([fault]);
    await authenticate(request, ladder);
    expect(ladder.keyCache.load).not.toHaveBeenCalled();
  });

  test.each(["short", `${"K".repeat(31)}'`, "K".repeat(33), `${"K".repeat(31)}\u00e9`])(
    "does not look up a text that cannot be a key: %s",
    async (text) => {
      const { request, ladder } = faulty([]);
      const headers = ["X-Processing-Key", text, "X-Processing-Signature", "0"];
      expect(await refusalOf({ ...request, headers }, ladder)).toBe("bad_header_key");
      expect(ladder.keyCache.load).not.toHaveBeenCalled();
    },
  );

  test("refuses a source that cannot be read, even for a key of any address", async () => {
    const { request, ladder } = faulty([]);
    expect(await refusalOf({ ...request, source: null }, ladder)).toBe("ip_not_allowed");
  });

  test("refuses under a separate name when the key's secret does not open, and returns its look-up to the limit", async () => {
    const { request } = faulty([]);
    const unopened = ladder({ load: () => ({ active: false, number: 1042, unopened: true }) });
    expect(await refusalOf(request, unopened)).toBe("secret_not_opened");
    expect(unopened.lookups.release).toHaveBeenCalledOnce();
    expect(request.body).not.toHaveBeenCalled();
  });

  test("is unavailable when a key cannot be read, and logs why", async () => {
    const { request } = faulty([]);
    const reason = new Error("connection lost");
    const broken = ladder({ load: () => Promise.reject(reason) });
    expect(await refusalOf(request, broken)).toBe("unavailable");
    expect(broken.failed).toHaveBeenCalledWith(reason);
  });

  test("throws a bug as a bug", async () => {
    const { request, ladder } = faulty([]);
    const broken = { ...request, body: () => Promise.reject(new Error("bug")) };
    await expect(authenticate(broken, ladder)).rejects.toThrow("bug");
  });
});

describe("the limit on look-ups", () => {
  const limited = (keyCache: Partial<AuthDeps["keyCache"]>) => ({
    ...ladder(keyCache),
    lookups: { take: vi.fn(() => false), release: vi.fn() },
  });
  const { request } = faulty([]);

  test("does not affect a key that is cached, or being read for another request", async () => {
    for (const peek of [() => active(), () => Promise.resolve(active())])
      expect(await refusalOf(request, limited({ peek }))).toBe("accepted");
  });

  test("does not affect a key that may be active, though it is not cached", async () => {
    const found = { ...limited({ peek: () => undefined }), activeKeys: { mayBeActive: (key: string) => key === KEY } };
    expect(await refusalOf(request, found)).toBe("accepted");
    expect(found.lookups.take).not.toHaveBeenCalled();
    expect(found.lookups.release).not.toHaveBeenCalled();
  });

  test("lets a request through whose key must be read again", async () => {
    let known: CachedKey | undefined = active();
    const isCurrent = vi
      .fn(() => false)
      .mockReturnValueOnce(false)
      .mockReturnValueOnce(true);
    const body = async () => {
      known = undefined;
      return [BODY];
    };
    expect(await refusalOf({ ...request, body }, limited({ peek: () => known, isCurrent }))).toBe("accepted");
  });

  test("counts look-ups that find no key, by source", async () => {
    const nowhere = ladder({ load: () => ({ active: false, number: null }) });
    expect(await refusalOf(request, nowhere)).toBe("bad_header_key");
    expect(nowhere.lookups.take).toHaveBeenCalledExactlyOnceWith(SOURCE);
    expect(nowhere.lookups.release).not.toHaveBeenCalled();
    for (const entry of [active(), inactive]) {
      const found = ladder({ load: () => entry });
      await authenticate(request, found);
      expect(found.lookups.release).toHaveBeenCalledExactlyOnceWith(SOURCE);
    }
  });
});

describe("when the key changes while the body arrives", () => {
  /** The cached key is `before` at the first check and `after` once the body is there. */
  function changing(after: CachedKey | Promise<CachedKey>, { goodAfter = true } = {}) {
    const { request } = faulty([]);
    const before = active();
    let held: CachedKey | Promise<CachedKey> = before;
    let good = true;
    const body = async () => {
      held = after;
      good = goodAfter;
      return [BODY];
    };
    const isCurrent = (_: string, entry: CachedKey) => good && entry === held;
    const load = () => {
      const asked = held;
      if (asked instanceof Promise) void asked.then((read) => (held = read)).catch(() => undefined);
      return asked;
    };
    return { request: { ...request, body }, ladder: ladder({ isFresh: () => good, load, isCurrent }) };
  }

  test.each<[string, CachedKey, ErrorCode]>([
    ["deactivated", inactive, "bad_header_key"],
    ["given another secret", active({ secret: secretOf("second") }), "bad_header_signature"],
    ["closed to the address", active({ allowlist: compileAllowlist(["203.0.113.1"]) }), "ip_not_allowed"],
  ])("a key that was %s is refused as such", async (_, entry, expected) => {
    for (const after of [entry, Promise.resolve(entry)]) {
      const { request, ladder } = changing(after);
      expect(await refusalOf(request, ladder)).toBe(expected);
    }
  });

  test("a key without relevant changes is accepted, by the new entry", async () => {
    const after = active({ allowlist: compileAllowlist([`${SOURCE}/32`]) });
    const { request, ladder } = changing(Promise.resolve(after));
    expect(await authenticate(request, ladder)).toMatchObject({ accepted: { key: after, rule: SOURCE } });
  });

  test("a lease that ended meanwhile is refused", async () => {
    const { request, ladder } = changing(active(), { goodAfter: false });
    expect(await refusalOf(request, ladder)).toBe("unavailable");
  });

  test("a key that cannot be read again is refused", async () => {
    const { request, ladder } = changing(Promise.reject(new Error("connection lost")));
    expect(await refusalOf(request, ladder)).toBe("unavailable");
  });

  test("a key that keeps changing is refused in the end", async () => {
    const { request } = faulty([]);
    const entry = vi.fn(() => active());
    expect(await refusalOf(request, ladder({ load: entry, isCurrent: () => false }))).toBe("unavailable");
    expect(entry.mock.calls.length).toBeLessThan(6);
  });
});

describe("a key on standby", () => {
  const judged = async (entry: CachedKey, present: readonly Fault[]) => {
    const { request, ladder } = faulty(present);
    return refusalOf(request, { ...ladder, keyCache: { ...ladder.keyCache, load: () => entry } });
  };

  test.each(["unsupported_media_type", "payload_too_large", "bad_header_signature"] as const)(
    "that waits for its Owner is refused like an inactive one where an active one gets %s",
    async (fault) => {
      expect(await judged(active(), [fault])).toBe(fault);
      expect(await judged(standby({ takesOver: "manual" }), [fault])).toBe(await judged(inactive, [fault]));
    },
  );

  test.each(["first_request", "manual"] as const)(
    "whose time is over is refused like an inactive one before its body is read (%s)",
    async (takesOver) => {
      const { request, ladder } = faulty([]);
      const entry = standby({ takesOver, until: performance.now() - 1 });
      ladder.keyCache.load = () => entry;
      expect(await refusalOf(request, ladder)).toBe("bad_header_key");
      expect(request.body).not.toHaveBeenCalled();
    },
  );
});
