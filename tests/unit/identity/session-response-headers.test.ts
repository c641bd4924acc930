import { describe, expect, test } from "vitest";
import { contentSecurityPolicy, responseHeaders } from "@/lib/dashboard/response-headers";

const setting = { nonce: "bm9uY2U=", tls: true, development: false };
const directives = (development = false) =>
  new Map(
    contentSecurityPolicy({ nonce: setting.nonce, development })
      .split("; ")
      .map((directive) => [directive.split(" ")[0], directive.split(" ").slice(1).join(" ")]),
  );

describe("the content security policy", () => {
  test("refuses scripts without this page's nonce", () => {
    expect(directives().get("script-src")).toBe("'nonce-bm9uY2U=' 'strict-dynamic'");
    expect([...directives().values()].join(" ")).not.toMatch(/unsafe-eval|https?:|\*/);
  });

  test("refuses inline style sheets, but allows style attributes", () => {
    expect(directives().get("style-src")).toBe("'self' 'nonce-bm9uY2U='");
    expect(directives().get("style-src-attr")).toBe("'unsafe-inline'");
  });

  test.each(["default-src", "object-src", "base-uri", "frame-ancestors"])("refuses everything for %s", (directive) => {
    expect(directives().get(directive)).toBe("'none'");
  });

  test.each(["connect-src", "font-src", "form-action"])(
    "refuses everything that is not the app's own for %s",
    (directive) => {
      expect(directives().get(directive)).toBe("'self'");
    },
  );

  test("allows eval and sockets only in development", () => {
    expect(directives(true).get("script-src")).toContain("'unsafe-eval'");
    expect(directives(true).get("connect-src")).toBe("'self' ws:");
  });
});

describe("the other headers", () => {
  test("refuse sniffing, referrers, frames of other origins and device features", () => {
    expect(responseHeaders(setting)).toMatchObject({
      "X-Content-Type-Options": "nosniff",
      "Referrer-Policy": "no-referrer",
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Resource-Policy": "same-origin",
      "Permissions-Policy": expect.stringContaining("camera=()"),
    });
  });

  test("plain connections are refused for two years behind TLS, and allowed on plain HTTP", () => {
    expect(responseHeaders(setting)["Strict-Transport-Security"]).toBe("max-age=63072000; includeSubDomains");
    expect(responseHeaders({ ...setting, tls: false })["Strict-Transport-Security"]).toBeUndefined();
  });
});
