import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { errorAnswer } from "@/lib/gateway/http/errors";
import { protocolError } from "@/lib/gateway/http/protocol";
import { onlyValue, pathOf, valuesOf } from "@/lib/gateway/http/request";

describe("headers", () => {
  test("are found in any case, each value separately, in order", () => {
    const headers = ["X-Processing-Key", "a", "x-PROCESSING-key", "b", "Host", "h"];
    expect(valuesOf(headers, "x-processing-key")).toEqual(["a", "b"]);
    expect(valuesOf(headers, "absent")).toEqual([]);
  });

  test("keep every pair, whatever the names", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.string())), (pairs) => {
        const headers = pairs.flat();
        const same = (name: string) =>
          pairs.filter(([other]) => other.length === name.length && other.toLowerCase() === name.toLowerCase());
        for (const [name] of pairs)
          expect(valuesOf(headers, name.toLowerCase())).toEqual(same(name).map(([, value]) => value));
      }),
    );
  });

  test.each([
    ["absent", []],
    ["empty", ["X", ""]],
    ["there twice", ["X", "a", "x", "b"]],
    ["there twice with one value", ["X", "a", "X", "a"]],
  ])("have no only value when %s", (_, raw) => {
    expect(onlyValue(raw, "x")).toBeNull();
  });
});

describe("a path", () => {
  test.each([
    ["/api/v2/ping", "/api/v2/ping"],
    ["/api/v2/ping?a=/b#c", "/api/v2/ping"],
    ["/api/v2/ping#x", "/api/v2/ping"],
    ["http://gateway.example:80/api/v2/ping?a", "/api/v2/ping"],
    ["https://gateway.example", ""],
    ["*", "*"],
  ])("of %s is %s", (target, path) => {
    expect(pathOf(target)).toBe(path);
  });

  test.each([
    "/api/v2/%70ing",
    "/api/v2//ping",
    "/api/v2/./ping",
    "//api/v2/ping",
    "/API/v2/ping",
    "http:/api/v2/ping",
  ])("of %s is not ping's", (target) => {
    expect(pathOf(target)).not.toBe("/api/v2/ping");
  });
});

describe("the protocol", () => {
  const judge = (raw: string[], version = "1.1") => protocolError(raw, version);
  const host = ["Host", "a"];

  test.each([
    ["one Host", host, "1.1"],
    ["no Host in HTTP/1.0", [], "1.0"],
    ["chunked alone", [...host, "Transfer-Encoding", "chunked"], "1.1"],
    ["Chunked in any case", [...host, "Transfer-Encoding", "Chunked"], "1.1"],
    ["a length", [...host, "Content-Length", "2"], "1.1"],
  ])("takes %s", (_, raw, version) => {
    expect(judge(raw, version)).toBeNull();
  });

  test.each([
    ["no Host", [], "1.1"],
    ["two Hosts", [...host, "host", "b"], "1.1"],
    ["two Hosts in HTTP/1.0", [...host, ...host], "1.0"],
    ["a coding before chunked", [...host, "Transfer-Encoding", "gzip, chunked"], "1.1"],
    ["chunked twice", [...host, "Transfer-Encoding", "chunked, chunked"], "1.1"],
    ["two Transfer-Encoding headers", [...host, "Transfer-Encoding", "chunked", "transfer-encoding", "chunked"], "1.1"],
    ["an empty Transfer-Encoding", [...host, "Transfer-Encoding", ""], "1.1"],
    ["identity", [...host, "Transfer-Encoding", "identity"], "1.1"],
    ["a length beside chunked", [...host, "Transfer-Encoding", "chunked", "Content-Length", "2"], "1.1"],
    ["chunked in HTTP/1.0", [...host, "Transfer-Encoding", "chunked"], "1.0"],
  ])("refuses %s", (_, raw, version) => {
    expect(judge(raw, version)).toBe("bad_request");
  });

  test("refuses the sixty-fifth header", () => {
    const many = (count: number) => [
      ...host,
      ...Array.from({ length: count - 1 }, (_, index) => [`X-${index}`, "v"]).flat(),
    ];
    expect(judge(many(64))).toBeNull();
    expect(judge(many(65))).toBe("headers_too_large");
  });
});

describe("a refusal", () => {
  test.each([
    ["required_header_key", 403, '{"error":"No key header","code":"required_header_key"}'],
    ["bad_header_key", 403, '{"error":"Bad key header","code":"bad_header_key"}'],
    ["required_header_signature", 403, '{"error":"No signature header","code":"required_header_signature"}'],
    ["bad_header_signature", 403, '{"error":"Bad signature header","code":"bad_header_signature"}'],
    ["bad_content_format", 400, '{"error":"Bad content format","code":"bad_content_format"}'],
    ["ip_not_allowed", 403, '{"error":"IP address not allowed","code":"ip_not_allowed"}'],
    ["unavailable", 503, '{"error":"Unavailable","code":"unavailable"}'],
    ["not_found", 404, '{"error":"Not found","code":"not_found"}'],
    ["method_not_allowed", 405, '{"error":"Method not allowed","code":"method_not_allowed"}'],
    ["request_timeout", 408, '{"error":"Request timeout","code":"request_timeout"}'],
    ["payload_too_large", 413, '{"error":"Payload too large","code":"payload_too_large"}'],
    ["unsupported_media_type", 415, '{"error":"Unsupported media type","code":"unsupported_media_type"}'],
    ["headers_too_large", 431, '{"error":"Request header fields too large","code":"headers_too_large"}'],
  ] as const)("%s is %i %s", (code, status, body) => {
    const answer = errorAnswer(code);
    expect({ status: answer.status, body: answer.body }).toEqual({ status, body });
    expect(valuesOf(answer.headers, "content-type")).toEqual(["application/json"]);
  });

  test("without a lease says when to retry, and no other does", () => {
    expect(onlyValue(errorAnswer("unavailable").headers, "retry-after")).toBe("1");
    expect(valuesOf(errorAnswer("bad_header_key").headers, "retry-after")).toEqual([]);
  });
});
