import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gatewayHere, type TestGateway } from "../../kit/gateway/gateway";
import { asOwner, insertKey, randomLetters, type StoredKey } from "../../kit/gateway/gateway-keys";
import { BODY, codeOf, hmac, RawClient, send, signed, whoami } from "../../kit/gateway/gateway-requests";
import { refusalsOf, usageOf } from "../../kit/gateway/usage";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await gatewayHere({ trustedProxies: ["127.0.0.1"], metrics: true });
});
afterAll(() => gateway.stop());

const WRITTEN = { timeout: 60_000, interval: 100 };
const judged = async (number: number | null) =>
  (await refusalsOf(number)).filter(({ reason }) => reason !== "unavailable");
const first = (text: string) => text.charAt(0);
const otherCase = (text: string) => (text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase());

type Headers = [name: string, value: string][];
const headersOf = ({ key, secret }: StoredKey): Headers => [
  ["Content-Type", "application/json"],
  ["X-Processing-Key", key],
  ["X-Processing-Signature", hmac(secret, BODY)],
];
const without = (name: string, headers: Headers): Headers => headers.filter(([other]) => other !== name);
const KEY = "X-Processing-Key";
const SIGNATURE = "X-Processing-Signature";

/** Sends the headers unchanged: two of one name stay two, and names keep their case. */
async function sent(headers: Headers, path = "/api/v2/whoami", body = BODY): Promise<string> {
  const client = new RawClient(gateway.port);
  const lines = [["Host", "gateway.example"], ["X-Forwarded-For", "203.0.113.7"], ["Connection", "close"], ...headers];
  client.write(
    `POST ${path} HTTP/1.1`,
    ...lines.map((line) => line.join(": ")),
    `Content-Length: ${body.length}`,
    "",
    body,
  );
  return client.closed;
}

const CASES: [what: string, change: (key: StoredKey) => Headers, reason: string, mistake: string | null][] = [
  [
    "no signature header",
    (key) => without(SIGNATURE, headersOf(key)),
    "required_header_signature",
    "signature_missing",
  ],
  [
    "an empty one",
    (key) => [...without(SIGNATURE, headersOf(key)), [SIGNATURE, ""]],
    "required_header_signature",
    "signature_empty",
  ],
  [
    "two of them",
    (key) => [...headersOf(key), [SIGNATURE, hmac(key.secret, BODY)]],
    "required_header_signature",
    "signature_twice",
  ],
  [
    "the signature in X-Signature",
    (key) => [...without(SIGNATURE, headersOf(key)), ["X-Signature", hmac(key.secret, BODY)]],
    ...(["required_header_signature", "signature_in_other_header"] as const),
  ],
  [
    "two key headers that a proxy joined",
    (key) => [...without(KEY, headersOf(key)), [KEY, `${key.key}, ${key.key}`]],
    "bad_header_key",
    "key_twice",
  ],
  [
    "a key with a semicolon behind it",
    (key) => [...without(KEY, headersOf(key)), [KEY, `${key.key};`]],
    "bad_header_key",
    "key_scheme",
  ],
  ["two key headers", (key) => [...headersOf(key), [KEY, key.key]], "required_header_key", "key_twice"],
  [
    "the key in X-Api-Key",
    (key) => [...without(KEY, headersOf(key)), ["X-Api-Key", key.key]],
    "required_header_key",
    "key_in_other_header",
  ],
  [
    "the key as a bearer",
    (key) => [...without(KEY, headersOf(key)), ["Authorization", `Bearer ${key.key}`]],
    "required_header_key",
    "key_in_other_header",
  ],
  [
    "underscores in the names",
    (key) =>
      headersOf(key).map(([name, value]) => [name.replaceAll("-", "_").replace("Content_Type", "Content-Type"), value]),
    ...(["required_header_key", "key_underscored"] as const),
  ],
  [
    "the key in quotation marks",
    (key) => [...without(KEY, headersOf(key)), [KEY, `"${key.key}"`]],
    "bad_header_key",
    "key_quoted",
  ],
  [
    "Bearer before the key",
    (key) => [...without(KEY, headersOf(key)), [KEY, `Bearer ${key.key}`]],
    "bad_header_key",
    "key_scheme",
  ],
  [
    "the key in another case",
    (key) => [...without(KEY, headersOf(key)), [KEY, otherCase(key.key)]],
    "bad_header_key",
    "key_case",
  ],
  [
    "the key without its last letter",
    (key) => [...without(KEY, headersOf(key)), [KEY, key.key.slice(0, -1)]],
    "bad_header_key",
    "key_cut",
  ],
  [
    "too many headers",
    (key) => [...headersOf(key), ...Array.from({ length: 64 }, (_, n): [string, string] => [`X-${n}`, "1"])],
    "headers_too_large",
    null,
  ],
  [
    "headers that are too large",
    (key) => [...headersOf(key), ["X-Large", "x".repeat(20_000)]],
    "headers_too_large",
    null,
  ],
  ["a compressed body", (key) => [...headersOf(key), ["Content-Encoding", "gzip"]], "unsupported_media_type", null],
  [
    "a wrong Content-Type",
    (key) => [["Content-Type", "text/plain"], ...without("Content-Type", headersOf(key))],
    "bad_content_format",
    "content_type_text",
  ],
];

// One after the other: a gateway asks the database about ten such keys a second at most.
describe.each(["that this gateway has never read", "that it remembers"])(
  "a refusal that contains a real key %s is counted for that key",
  (which) => {
    test.for(CASES)("%s", async ([, change, reason, mistake], { expect }) => {
      const counted = async () => {
        const key = await insertKey();
        if (which === "that it remembers") expect(codeOf(await whoami(gateway, key))).toBe("200 accepted");
        await sent(change(key));
        await expect
          .poll(() => judged(key.number), WRITTEN)
          .toMatchObject([{ reason, source: "203.0.113.7", count: 1 }]);
        // The mistake may be found after the refusal was written.
        const found = async () => (await judged(key.number))[0]?.mistake ?? null;
        for (let left = 50; left > 0 && (await found()) !== mistake; left--) await sleep(100);
        return found();
      };
      // On a busy machine a search may have had no time: it ends after 10 ms.
      let told = await counted();
      for (let left = 4; left > 0 && told !== mistake; left--) {
        console.log("note: a search for the mistake had no time, and is repeated");
        told = await counted();
      }
      expect(told).toBe(mistake);
      expect((await judged(null)).filter(({ source }) => source === "203.0.113.7")).toEqual([]);
    });
  },
);

describe.concurrent("it is counted for no key", () => {
  test("where two keys are possible", async ({ expect }) => {
    const stem = randomLetters(31);
    const [one, other] = [await insertKey({ key: `${stem}A` }), await insertKey({ key: `${stem}B` })];
    await whoami(gateway, { key: stem, secret: one.secret }, { "X-Forwarded-For": "203.0.113.8" });
    await expect
      .poll(async () => (await judged(null)).filter(({ source }) => source === "203.0.113.8"), WRITTEN)
      .toHaveLength(1);
    expect([await judged(one.number), await judged(other.number)]).toEqual([[], []]);
  });

  test("where more than one character is missing, or the text is a pattern", async ({ expect }) => {
    const key = await insertKey();
    for (const text of [key.key.slice(0, 30), `${key.key.slice(0, 31)}%`, `${key.key.slice(0, 31)}_`, first(key.key)])
      await whoami(gateway, { key: text, secret: key.secret }, { "X-Forwarded-For": "203.0.113.9" });
    await expect
      .poll(async () => (await judged(null)).find(({ source }) => source === "203.0.113.9")?.count, WRITTEN)
      .toBe(4);
    expect(await judged(key.number)).toEqual([]);
  });
});

describe.concurrent("a secret key that was sent is recognized, and stored nowhere", () => {
  const secretly: [what: string, headers: (key: StoredKey) => Headers, mistake: string][] = [
    ["as the signature", (key) => [...without(SIGNATURE, headersOf(key)), [SIGNATURE, key.secret]], "secret_sent"],
    [
      "exchanged with the key",
      (key) => [
        [KEY, key.secret],
        [SIGNATURE, hmac(key.key, BODY)],
      ],
      "secret_as_key",
    ],
    [
      "in a header of its own",
      (key) => [...without(SIGNATURE, headersOf(key)), ["X-Api-Secret", key.secret]],
      "secret_sent",
    ],
    [
      "in Base64, as basic authentication writes it",
      (key) => [["Authorization", `Basic ${Buffer.from(`${key.key}:${key.secret}`).toString("base64")}`]],
      "secret_sent",
    ],
  ];

  const both = secretly.flatMap((each) => [[...each, "remembers"] as const, [...each, "has not read"] as const]);

  test.for(both)("%s, of a key that the gateway $3", async ([, headers, mistake, how], { expect }) => {
    const key = await insertKey();
    if (how === "remembers") expect(codeOf(await whoami(gateway, key))).toBe("200 accepted");
    await sent(headers(key));
    await expect.poll(() => judged(key.number), WRITTEN).toMatchObject([{ reason: "secret_sent", mistake, count: 1 }]);
    const rows = await asOwner(
      "SELECT r::text FROM refusals r UNION ALL SELECT u::text FROM key_usage u UNION ALL SELECT l::text FROM key_last_used l",
    );
    const metrics = await (await fetch(`http://127.0.0.1:${gateway.metricsPort}/metrics`)).text();
    const kept = JSON.stringify(rows) + metrics + gateway.lines().join("\n");
    expect(kept).toContain(String(key.number));
    for (const form of [
      key.secret,
      Buffer.from(key.secret).toString("base64"),
      Buffer.from(key.secret).toString("hex"),
    ])
      expect(kept.toLowerCase()).not.toContain(form.toLowerCase());
  });

  const beside: [what: string, code: string, change: Headers, wishes: { allowedIps?: string[] }, body?: string][] = [
    ["too large a body", "payload_too_large", [], {}, "x".repeat(1024 * 1024 + 1)],
    ["an encoded body", "unsupported_media_type", [["Content-Encoding", "gzip"]], {}],
    ["an address that is not allowed", "ip_not_allowed", [], { allowedIps: ["198.51.99.7"] }],
  ];

  test.for(beside)("beside %s", async ([, code, change, wishes, body], { expect }) => {
    const key = await insertKey(wishes);
    expect(await sent([...headersOf(key), ...change, ["X-Api-Secret", key.secret]], undefined, body)).toContain(code);
    await expect
      .poll(() => judged(key.number), WRITTEN)
      .toMatchObject([{ reason: "secret_sent", mistake: "secret_sent", count: 1 }]);
  });

  test.for(["remembers", "has not read"])("in a query, where the gateway %s the key", async (how, { expect }) => {
    const [key, other] = [await insertKey(), await insertKey()];
    if (how === "remembers") expect(codeOf(await whoami(gateway, other))).toBe("200 accepted");
    const url = `${gateway.origin}/api/v2/whoami?api_secret=${other.secret}&a=b`;
    expect((await send(url, { headers: signed(key), body: BODY })).status).toBe(200);
    await expect
      .poll(() => judged(other.number), WRITTEN)
      .toMatchObject([{ reason: "secret_sent", mistake: "secret_accepted", count: 1 }]);
  });

  test.for(["remembers", "has not read"])(
    "in a request that is accepted, where the gateway %s the other key",
    async (how, { expect }) => {
      const [key, other] = [await insertKey(), await insertKey()];
      if (how === "remembers") expect(codeOf(await whoami(gateway, other))).toBe("200 accepted");
      for (const { secret } of [key, other])
        expect(await sent([...headersOf(key), ["Cookie", `token=${secret}; a=b`]])).toContain("200 OK");
      for (const { number } of [key, other])
        await expect
          .poll(() => judged(number), WRITTEN)
          .toMatchObject([{ reason: "secret_sent", mistake: "secret_accepted", count: 1 }]);
      await expect.poll(async () => (await usageOf(key.number)).accepted, WRITTEN).toBe(2);
    },
  );

  test("of an accepted and of a refused request apart, from one address", async ({ expect }) => {
    const key = await insertKey();
    const secretToo: Headers = [...headersOf(key), ["X-Api-Secret", key.secret]];
    expect(await sent(secretToo)).toContain("200 OK");
    expect(await sent([...secretToo, ["Content-Encoding", "gzip"]])).toContain("unsupported_media_type");
    await expect.poll(async () => (await judged(key.number)).length, WRITTEN).toBe(2);
    expect((await judged(key.number)).map(({ mistake, count }) => [mistake, count]).sort()).toEqual([
      ["secret_accepted", 1],
      ["secret_sent", 1],
    ]);
  });

  test.for(["accepted", "refused"])(
    "in all headers of a request that is %s, each at its own key",
    async (how, { expect }) => {
      const [key, ...others] = [await insertKey(), await insertKey(), await insertKey()];
      const headers = how === "accepted" ? headersOf(key) : without(SIGNATURE, headersOf(key));
      const carried = [key, ...others].map(({ secret }, n): [string, string] => [`X-Secret-${n}`, secret]);
      expect(await sent([...headers, ...carried])).toContain(
        how === "accepted" ? "200 OK" : "required_header_signature",
      );
      const mistake = how === "accepted" ? "secret_accepted" : "secret_sent";
      for (const { number } of [key, ...others])
        await expect
          .poll(() => judged(number), WRITTEN)
          .toMatchObject([{ reason: "secret_sent", mistake, count: 1, source: "203.0.113.7" }]);
    },
  );

  const hiding: [what: string, change: (key: StoredKey) => Headers, reason: string, mistake: string | null][] = [
    [
      "a wrong signature",
      (key) => [...without(SIGNATURE, headersOf(key)), [SIGNATURE, "undefined"]],
      ...(["bad_header_signature", "signature_no_value"] as const),
    ],
    ["no signature", (key) => without(SIGNATURE, headersOf(key)), "required_header_signature", "signature_missing"],
    ["an encoded body", (key) => [...headersOf(key), ["Content-Encoding", "gzip"]], "unsupported_media_type", null],
  ];

  const hidden = hiding.flatMap((each) => [[...each, "remembers"] as const, [...each, "has not read"] as const]);

  test.for(hidden)(
    "beside %s: the refusal is counted for the key, whoever's secret came with it, where the gateway $4 the secret's key",
    async ([, change, reason, mistake, how], { expect }) => {
      const [key, other] = [await insertKey(), await insertKey()];
      if (how === "remembers") expect(codeOf(await whoami(gateway, other))).toBe("200 accepted");
      await sent([...change(key), ["X-Api-Secret", other.secret]]);
      await expect.poll(() => judged(key.number), WRITTEN).toMatchObject([{ reason, mistake, count: 1 }]);
      await expect.poll(() => judged(other.number), WRITTEN).toMatchObject([{ reason: "secret_sent", count: 1 }]);
      expect((await usageOf(other.number)).bad_header_signature).toBe(0);
    },
  );

  test("of an unknown key is reported only by its length", async ({ expect }) => {
    const key = await insertKey();
    await sent([...without(SIGNATURE, headersOf(key)), [SIGNATURE, randomLetters(64)]]);
    await expect
      .poll(() => judged(key.number), WRITTEN)
      .toMatchObject([{ reason: "bad_header_signature", looked: true, mistake: "signature_length:64" }]);
  });
});

describe("the client is not told", () => {
  test("the response is the same for every mistake", async () => {
    const key = await insertKey();
    const answers = await Promise.all(
      [hmac(key.secret, `${BODY}\n`), hmac(key.key, BODY), key.secret, "0".repeat(128)].map(async (signature) => {
        const { status, body, headers } = await send(`${gateway.origin}/api/v2/whoami`, {
          headers: { ...signed(key), "X-Processing-Signature": signature },
          body: BODY,
        });
        return [status, body, Object.keys(headers).sort()];
      }),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.[1]).toBe('{"error":"Bad signature header","code":"bad_header_signature"}');
  });
});

test("the secret of another merchant of the same Owner is recognized, and an unrelated merchant's is not", async () => {
  const [live, sandbox, stranger] = [await insertKey(), await insertKey(), await insertKey()];
  await asOwner(
    `WITH owner AS (INSERT INTO users (id, email, name) VALUES (gen_random_uuid(), gen_random_uuid() || '@owner.example', 'O') RETURNING id)
     INSERT INTO memberships (merchant_id, user_id, role) SELECT m, owner.id, 'owner' FROM owner, unnest($1::uuid[]) m`,
    [[live.merchantId, sandbox.merchantId]],
  );
  for (const { secret } of [sandbox, stranger]) {
    const headers = {
      ...signed(live),
      "X-Processing-Signature": hmac(secret, BODY),
      "X-Forwarded-For": secret === sandbox.secret ? "203.0.113.10" : "203.0.113.11",
    };
    await send(`${gateway.origin}/api/v2/whoami`, { headers, body: BODY });
    await expect.poll(async () => (await judged(live.number)).every(({ looked }) => looked), WRITTEN).toBe(true);
  }
  await expect
    .poll(() => judged(live.number), WRITTEN)
    .toMatchObject([
      { source: "203.0.113.10", mistake: "other_merchant_secret" },
      { source: "203.0.113.11", mistake: null },
    ]);
});
