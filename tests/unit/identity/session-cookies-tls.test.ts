import { expect, test } from "vitest";
import { testEnvironment } from "../../kit/environment";

const none = "postgres://nobody@127.0.0.1:1/none";
Object.assign(process.env, testEnvironment({ owner: none, app: none, gateway: none, support: none }), {
  PUBLIC_ORIGIN: "https://keys.example.com",
});
const { behindTls, cookieNames, cookieOptions } = await import("@/lib/identity/session/cookies");

test("behind TLS no cookie is sent over a plain connection, to a script, to another path or from a sibling host", () => {
  expect(behindTls()).toBe(true);
  expect(cookieOptions()).toEqual({ httpOnly: true, sameSite: "lax", path: "/", secure: true });
  expect(Object.values(cookieNames()).every((name) => name.startsWith("__Host-"))).toBe(true);
});
