import { beforeAll, describe, expect, test } from "vitest";
import { knownDevice, rememberDevice } from "@/lib/identity/login/known-device";
import { testEnvironment } from "../../kit/environment";

const none = "postgres://nobody@127.0.0.1:1/none";
beforeAll(() => {
  Object.assign(process.env, testEnvironment({ owner: none, app: none, gateway: none, support: none }));
});

const mara = "mara@acme.example";

describe("a browser's cookie", () => {
  test("is known to the account that logged in with it, and keeps its id", () => {
    const cookie = rememberDevice(null, mara);
    const id = knownDevice(cookie, mara);
    expect(id).toMatch(/^[\w-]{22}$/);
    expect(knownDevice(rememberDevice(cookie, mara), mara)).toBe(id);
    expect(rememberDevice(cookie, mara)).toBe(cookie);
  });

  test("is refused for every other account", () => {
    expect(knownDevice(rememberDevice(null, mara), "ivo@acme.example")).toBeNull();
  });

  test("remembers four accounts and forgets the fifth", () => {
    const accounts = ["a", "b", "c", "d", "e"].map((name) => `${name}@acme.example`);
    const cookie = accounts.reduce<string | null>((kept, email) => rememberDevice(kept, email), null);
    expect(accounts.filter((email) => knownDevice(cookie, email) === null)).toEqual(["a@acme.example"]);
  });

  test("a signature moved to another id is refused", () => {
    const [, mark] = rememberDevice(null, mara).split(".");
    expect(knownDevice(`${"A".repeat(22)}.${mark}`, mara)).toBeNull();
  });

  test.each([
    null,
    "",
    ".",
    "..",
    "x",
    "x.",
    `${"A".repeat(22)}.`,
    `${"A".repeat(22)}.${"é".repeat(43)}`,
    "a.b.c.d.e.f.g",
  ])("%j is refused", (cookie) => {
    expect(knownDevice(cookie, mara)).toBeNull();
  });

  test("an id that the browser made up is replaced", () => {
    expect(rememberDevice("<script>.x", mara)).toMatch(/^[\w-]{22}\.[\w-]{43}\.x$/);
  });
});
