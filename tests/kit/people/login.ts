import { type Attempt, logIn } from "@/lib/identity/login/log-in";
import type { Person } from "./people";
import { freshCodeOf } from "./totp";

let addresses = 0;
/** An address that no other login of this file has used. */
export const freshAddress = (): string => `198.18.${Math.floor(++addresses / 250)}.${addresses % 250}`;

/** A person's login with a fresh code from a new address, unless overridden. */
export async function attemptOf(person: Person, overrides: Partial<Attempt> = {}): Promise<Attempt> {
  const code = overrides.code ?? (await freshCodeOf(person));
  return {
    email: person.email,
    password: person.password,
    address: freshAddress(),
    userAgent: "kit",
    device: null,
    ...overrides,
    code,
  };
}

/** The kind of outcome of a login. */
export const outcomeOf = async (attempt: Attempt): Promise<string> => (await logIn(attempt)).kind;
