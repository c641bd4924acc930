import { afterEach, describe, expect, test, vi } from "vitest";
import { signIn } from "@/components/login/sign-in";

const credentials = { email: "mara@acme.example", password: "p", code: "123456" };
vi.stubGlobal("location", { origin: "http://localhost:3000" });
afterEach(() => vi.restoreAllMocks());

/** next-auth's two routes. The second replies as given. */
function server(status: number, url: string) {
  const fetched = vi.spyOn(globalThis, "fetch");
  fetched.mockResolvedValueOnce(Response.json({ csrfToken: "t" }));
  fetched.mockResolvedValueOnce(Response.json({ url }, { status }));
  return fetched;
}

describe("logging in from the page", () => {
  test("sends email, password and code together with the token, in a body and never in a URL", async () => {
    const fetched = server(200, "http://localhost:3000");
    expect(await signIn(credentials)).toBe("ok");
    const [url, init] = fetched.mock.calls[1] ?? [];
    expect(url).toBe("/api/auth/callback/credentials");
    expect(JSON.parse(String(init?.body))).toEqual({ ...credentials, csrfToken: "t", json: "true" });
  });

  test.each([
    [401, "/login?error=CredentialsSignin&provider=credentials", "refused"],
    [401, "/login?error=restricted", "no-access"],
    [401, "/login?error=busy", "busy"],
    [503, "/login?error=busy", "busy"],
    [401, "/login?error=unsettled", "unreached"],
    [401, "/login?error=connect%20ECONNREFUSED", "unreached"],
    [200, "/login?csrf=true", "unreached"],
    [200, "/login?error=Callback", "unreached"],
    [500, "http://localhost:3000", "unreached"],
  ])("a response %i with %s is not taken for a login: %s", async (status, url, outcome) => {
    server(status, url);
    expect(await signIn(credentials)).toBe(outcome);
  });

  test("no response, or one that is not JSON, is not taken for a refusal", async () => {
    vi.spyOn(globalThis, "fetch").mockRejectedValueOnce(new TypeError("network"));
    expect(await signIn(credentials)).toBe("unreached");
    vi.spyOn(globalThis, "fetch").mockResolvedValueOnce(new Response("<html>", { status: 502 }));
    expect(await signIn(credentials)).toBe("unreached");
  });
});
