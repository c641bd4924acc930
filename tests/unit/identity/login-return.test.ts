import { describe, expect, test } from "vitest";
import { returnPath } from "@/components/login/ended";

describe("where a login returns to", () => {
  test.each([
    "/account",
    "/merchants",
    "/merchants/6f0e/api-keys",
    "/merchants/6f0e/activity?group=keys&before=12",
    "/support/merchants/6f0e/members",
  ])("%s is a page of the dashboard", (path) => {
    expect(returnPath(path)).toBe(path);
  });

  test.each([
    "//evil.example",
    "https://evil.example",
    "/\\evil.example",
    "/merchants/..//evil.example",
    "/api/auth/csrf",
    "/login?next=/login",
    "/merchants?x=//evil.example/",
    "/merchants#x",
    "javascript:alert(1)",
    ["/account"],
    undefined,
  ])("%s is not", (path) => {
    expect(returnPath(path)).toBe("/merchants");
  });
});
