export type SignIn = "ok" | "refused" | "no-access" | "busy" | "code" | "unreached";

/** What confirms a login: a code, or something in its place. */
export type LoginFactor = { code: string } | { recoveryCode: string } | { passkey: string };

/**
 * Sends email, password and code together to next-auth's own route. After "ok", load the next
 * page in full: it comes with a new session.
 */
export const signIn = (credentials: { email: string; password: string } & LoginFactor): Promise<SignIn> =>
  post("credentials", credentials);

/**
 * The same for an activation link. "code": everything is right, but the enrolled device must
 * confirm with a code.
 */
export const signInInvited = (credentials: {
  token: string;
  email: string;
  password: string;
  code: string;
}): Promise<SignIn> => post("invitation", credentials);

async function post(provider: "credentials" | "invitation", credentials: Record<string, string>): Promise<SignIn> {
  try {
    const { csrfToken } = await (
      await fetch("/api/auth/csrf", { cache: "no-store", signal: AbortSignal.timeout(15_000) })
    ).json();
    const response = await fetch(`/api/auth/callback/${provider}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...credentials, csrfToken, json: "true" }),
      signal: AbortSignal.timeout(20_000),
    });
    return outcomeOf(response.status, new URL((await response.json()).url, location.origin).searchParams);
  } catch {
    return "unreached";
  }
}

const TOLD: Record<string, SignIn> = {
  CredentialsSignin: "refused",
  restricted: "no-access",
  busy: "busy",
  code: "code",
};

function outcomeOf(status: number, answer: URLSearchParams): SignIn {
  const error = answer.get("error");
  if (status === 401 || status === 503) return TOLD[error ?? ""] ?? "unreached";
  return status === 200 && error === null && !answer.has("csrf") ? "ok" : "unreached";
}
