import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { handleAuth } from "@/lib/identity/login/next-auth";
import { testEnvironment } from "../../kit/environment";

const behind = vi.hoisted(() => vi.fn(async () => new Response("next-auth")));
vi.mock("next-auth", () => ({ default: () => behind }));
vi.mock("next/headers", () => ({
  cookies: async () => ({ get: () => undefined }),
  headers: async () => new Headers(),
}));
const none = "postgres://nobody@127.0.0.1:1/none";
beforeAll(() => {
  Object.assign(process.env, testEnvironment({ owner: none, app: none, gateway: none, support: none }));
});
afterEach(() => behind.mockClear());

const OURS = { origin: "http://localhost:3000", "sec-fetch-site": "same-origin", "content-length": "100" };
function ask(method: string, path: string, headers: Record<string, string> = OURS, body?: string) {
  const request = new Request(`http://localhost:3000/api/auth/${path}`, {
    method,
    headers,
    ...(body !== undefined && { body }),
  });
  return handleAuth(request, { params: Promise.resolve({ nextauth: path.split("/") }) });
}

describe("next-auth's own routes", () => {
  test.each([
    ["GET", "csrf"],
    ["GET", "session"],
    ["POST", "callback/credentials"],
    ["POST", "callback/invitation"],
  ])("%s %s is let through", async (method, path) => {
    expect((await ask(method, path)).status).toBe(200);
    expect(behind).toHaveBeenCalledOnce();
  });

  test.each([
    ["GET", "signin"],
    ["GET", "signout"],
    ["GET", "providers"],
    ["GET", "error"],
    ["GET", "callback/credentials"],
    ["GET", "callback/invitation"],
    ["POST", "signin/credentials"],
    ["POST", "signout"],
    ["POST", "session"],
    ["POST", "_log"],
    ["POST", "callback/google"],
    ["POST", "callback/credentials/x"],
    ["PUT", "session"],
  ])("%s %s is not found: nothing uses it", async (method, path) => {
    expect((await ask(method, path)).status).toBe(404);
    expect(behind).not.toHaveBeenCalled();
  });

  test.each([
    ["a foreign page", { origin: "https://evil.example" }],
    ["no page at all", { origin: "" }],
    ["a sibling host", { "sec-fetch-site": "same-site" }],
  ])("a login posted from %s is refused: login CSRF is not possible", async (_, headers) => {
    expect((await ask("POST", "callback/credentials", { ...OURS, ...headers })).status).toBe(403);
    expect(behind).not.toHaveBeenCalled();
  });

  test.each([{ "content-length": "16385" }, { "content-length": "" }, { "content-length": "x" }])(
    "a login with %j is refused unread",
    async (headers) => {
      expect((await ask("POST", "callback/credentials", { ...OURS, ...headers })).status).toBe(413);
      expect(behind).not.toHaveBeenCalled();
    },
  );

  test.each(["{", "", "null", '"a"', '["a"]', '{"callbackUrl":5}', '{"email":{"$ne":null}}'])(
    "a login of %j, which next-auth cannot read, is refused",
    async (body) => {
      const headers = { ...OURS, "content-type": "application/json" };
      expect((await ask("POST", "callback/credentials", headers, body)).status).toBe(400);
      expect(behind).not.toHaveBeenCalled();
    },
  );

  test("an error that next-auth throws becomes 503 without details, and a line of the log", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    behind.mockRejectedValueOnce(new Error("Can't reach database server at 127.0.0.1"));
    const response = await ask("GET", "csrf");
    expect([response.status, await response.text()]).toEqual([503, ""]);
    expect(logged).toHaveBeenCalledWith(
      "GET csrf",
      expect.objectContaining({ message: expect.stringContaining("database server") }),
    );
  });
});
