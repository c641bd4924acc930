import { API_KEYS, type ApiKeyRefusal } from "./api-keys";
import { IP_ADDRESSES, type IpRefusal } from "./ip-addresses";
import { PASSWORDS, type PasswordRefusal } from "./passwords";
import { PEOPLE, type PeopleRefusal } from "./people";
import { REQUESTS, type RequestRefusal } from "./requests";
import { SECOND_FACTOR, type SecondFactorRefusal } from "./second-factor";
import type { RefusalField, Sentences } from "./sentences";

export type { RefusalField } from "./sentences";

/** All refusals that are expected. Pure: dialogs use them too. */
export type Refusal =
  | RequestRefusal
  | SecondFactorRefusal
  | PasswordRefusal
  | ApiKeyRefusal
  | PeopleRefusal
  | IpRefusal;

export type RefusalCode = Refusal["code"];

const SENTENCES: Sentences<Refusal> = {
  ...REQUESTS,
  ...SECOND_FACTOR,
  ...PASSWORDS,
  ...API_KEYS,
  ...PEOPLE,
  ...IP_ADDRESSES,
};

export const fieldOf = ({ code }: Refusal): RefusalField => SENTENCES[code][0];

/** The sentence that a person reads. */
export function describe(refusal: Refusal): string {
  const sentence = SENTENCES[refusal.code][1] as string | ((refusal: Refusal) => string);
  return typeof sentence === "string" ? sentence : sentence(refusal);
}
