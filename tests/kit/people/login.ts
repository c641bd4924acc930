import { type Attempt, logIn } from "@/lib/identity/login/log-in";
import type { Person } from "./people";
import { freshCodeOf } from "./totp";

let addresses = 0;
/** An address nobody else in this file has tried from. */
export const freshAddress = (): string => `198.18.${Math.floor(++addresses / 250)}.${addresses % 250}`;

/** What the person types, with a fresh code, from an address of their own, unless told otherwise. */
export async function attemptOf(person: Person, spoilt: Partial<Attempt> = {}): Promise<Attempt> {
  const code = spoilt.code ?? (await freshCodeOf(person));
  return { email: person.email, password: person.password, address: freshAddress(), userAgent: "kit", device: null, ...spoilt, code };
}

/** What kind of answer it got. */
export const answerTo = async (attempt: Attempt): Promise<string> => (await logIn(attempt)).kind;
