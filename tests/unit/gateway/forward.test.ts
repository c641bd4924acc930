import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { requestHeaders, responseHeaders } from "@/lib/gateway/proxy/headers";
import { isForwarded, originForm } from "@/lib/gateway/proxy/target";

const OURS = ["X-Merchant-Id", "m-1", "X-Request-Id", "r-1"];
const names = (raw: string[]) => raw.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());

describe("headers to the upstream", () => {
  test("are the client's, in their order and number, and ours", () => {
    const sent = [
      "Content-Type",
      "application/json",
      "x-Processing-KEY",
      "k",
      "Accept",
      "a",
      "X-Two",
      "1",
      "X-Two",
      "2",
    ];
    expect(requestHeaders(sent, OURS)).toEqual([...sent, ...OURS]);
  });

  test.each([
    "X-Merchant-Id",
    "x-api-key-id",
    "X-REQUEST-ID",
    "X-Source-Address",
    "X-Decision-Valid-Until",
    "X-Forwarded-For",
    "Forwarded",
    "X-Real-IP",
    "X-Processing-Signature",
    "X_Merchant_Id",
    "x_api-key_ID",
    "X_Source_Address",
  ])("lose the client's own %s", (name) => {
    expect(requestHeaders([name, "forged", name, "twice", "Accept", "a"], OURS)).toEqual(["Accept", "a", ...OURS]);
  });

  test.each([
    "Connection",
    "Keep-Alive",
    "Proxy-Connection",
    "Proxy-Authorization",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
  ])("lose %s, which speaks of the client's connection", (name) => {
    expect(requestHeaders([name, "x", "Accept", "a"], [])).toEqual(["Accept", "a"]);
    expect(names(responseHeaders([name, "x", "ETag", "e"], "r"))).toEqual(["etag", "x-request-id"]);
  });

  test("lose what Connection lists, but never ours nor what gives the body its meaning", () => {
    const sent = [
      "Connection",
      "close, X-Hop , X-Merchant-Id",
      "X-Hop",
      "1",
      "Connection",
      "Content-Type",
      "Content-Type",
      "t",
    ];
    expect(requestHeaders(sent, OURS)).toEqual(["Content-Type", "t", ...OURS]);
  });

  test("hold each of ours exactly once, whatever the client sent", () => {
    const name = fc.oneof(
      fc.constantFrom("x-merchant-id", "X_Request_ID", "Connection", "X-Request-Id"),
      fc.stringMatching(/^[A-Za-z_-]{1,12}$/),
    );
    const value = fc.oneof(fc.constantFrom("x-merchant-id", "close, x-request-id"), fc.string());
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), (sent) => {
        const kept = requestHeaders(sent.flat(), OURS);
        const plain = names(kept).map((each) => each.replaceAll("_", "-"));
        expect(plain.filter((each) => each === "x-merchant-id" || each === "x-request-id")).toEqual([
          "x-merchant-id",
          "x-request-id",
        ]);
        expect(kept.slice(-OURS.length)).toEqual(OURS);
      }),
    );
  });
});

describe("headers to the client", () => {
  test("are the upstream's, cookies separately, with the gateway's request id", () => {
    const sent = ["Set-Cookie", "a=1", "Set-Cookie", "b=2", "X-Request-Id", "theirs", "Content-Length", "2"];
    expect(responseHeaders(sent, "r-1")).toEqual([
      "Set-Cookie",
      "a=1",
      "Set-Cookie",
      "b=2",
      "Content-Length",
      "2",
      "X-Request-Id",
      "r-1",
    ]);
  });

  test("lose what Connection lists", () => {
    expect(names(responseHeaders(["Connection", "X-Internal", "X-Internal", "1"], "r"))).toEqual(["x-request-id"]);
  });
});

describe("a path that is forwarded", () => {
  test.each([
    "/api/v2/payments",
    "/api/v2/",
    "/api/v2/a/b%20c",
    "/api/v2/...",
    "/api/v2/a..b/c",
    "/api/v2/.well-known",
    "/api/v2//x",
  ])("%s", (path) => {
    expect(isForwarded(path)).toBe(true);
  });

  test.each([
    "/",
    "/api/v2",
    "/api/v20/x",
    "/API/v2/x",
    "//api/v2/x",
    "/api/v2/../internal",
    "/api/v2/..",
    "/api/v2/./x",
    "/api/v2/a/%2e%2E/b",
    "/api/v2/.%2e/b",
    "/api/v2/..%2Finternal",
    "/api/v2/..\\internal",
    "/api/v2/a%5C..%5cb",
    "/api/v2/..;x=1/internal",
    "/api/v2/..%3bx/internal",
  ])("refused: %s", (path) => {
    expect(isForwarded(path)).toBe(false);
  });

  test("never leaves the API, however an upstream resolves it", () => {
    const piece = fc.constantFrom("..", ".", "%2e", "%2E%2e", "/", "\\", "%2f", "%5C", ";", "a", "internal");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const path = `/api/v2/${pieces.join("")}`;
        if (!isForwarded(path)) return;
        for (const read of [path, path.replace(/%2f/gi, "/").replace(/%5c/gi, "\\"), path.replace(/;[^/]*/g, "")])
          expect(new URL(read, "http://a").pathname).toMatch(/^\/api\/v2\//);
      }),
      { numRuns: 2_000 },
    );
  });

  test("keeps its query byte for byte, and loses scheme, host and fragment", () => {
    expect(originForm("/api/v2/x?a=%7e&b=%zz?")).toBe("/api/v2/x?a=%7e&b=%zz?");
    expect(originForm("http://elsewhere.example/api/v2/x?a#b")).toBe("/api/v2/x?a");
  });
});
