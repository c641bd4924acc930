import { describe, expect, test } from "vitest";
import { originalRequest } from "@/lib/gateway/auth/forward-auth";

const PING = "/api/v2/ping";
const original = (target: string, headers: string[] = [], believed = true) =>
  originalRequest("POST", target, headers, believed);

describe("the request that a trusted proxy asks about", () => {
  test.each<[string, string, string[]]>([
    ["the rest of the path", "/authorize/api/v2/ping", []],
    ["the rest of the path, with a query", "/authorize/api/v2/ping?x=1", []],
    ["X-Forwarded-Uri", "/authorize", ["X-Forwarded-Uri", "/api/v2/ping?x=1"]],
    ["X-Original-URI", "/authorize", ["X-Original-URI", "/api/v2/ping"]],
    ["X-Original-URL with a host", "/authorize", ["X-Original-URL", "https://api.example/api/v2/ping"]],
    ["two of them that agree", "/authorize/api/v2/ping", ["X-Original-URL", "/api/v2/ping?x"]],
  ])("from %s", (_, target, headers) => {
    expect(original(target, headers)).toEqual({ method: "POST", path: PING });
  });

  test.each(["X-Forwarded-Method", "X-Original-Method"])("by the method in %s", (name) => {
    expect(original("/authorize/x", [name, "PUT"])).toEqual({ method: "PUT", path: "/x" });
  });
});

describe("the request is unknown", () => {
  test("where nothing is given", () => {
    expect(original("/authorize")).toEqual({ method: "POST", path: null });
  });

  test("from a peer that is not trusted, whatever it sends", () => {
    expect(original("/authorize/api/v2/ping", ["X-Forwarded-Uri", PING, "X-Forwarded-Method", "GET"], false)).toEqual({
      method: "POST",
      path: null,
    });
  });

  test.each<[string, string, string[]]>([
    ["the path and a header", "/authorize/api/v2/payments", ["X-Forwarded-Uri", PING]],
    ["two headers", "/authorize", ["X-Forwarded-Uri", "/api/v2/payments", "X-Original-URL", PING]],
    ["one header twice", "/authorize", ["X-Forwarded-Uri", PING, "X-Forwarded-Uri", "/api/v2/payments"]],
    ["two methods", "/authorize/api/v2/ping", ["X-Forwarded-Method", "GET", "X-Original-Method", "POST"]],
  ])("where %s disagree", (_, target, headers) => {
    expect(original(target, headers).path).toBeNull();
  });

  test.each([
    "/api/v2/ping#/../payments",
    "/api/v2/ping/",
    "/api/v2/%70ing",
    "/api/v2/ping/../payments",
    "//api/v2/ping",
    "ping",
  ])("as the ping, when it is %s", (said) => {
    expect(original("/authorize", ["X-Original-URI", said]).path).not.toBe(PING);
    expect(original(`/authorize${said}`).path).not.toBe(PING);
  });
});
