import { z } from "zod";
import { ASSIGNABLE_ROLES, type AssignableRole } from "../../access/roles";
import { RETIREMENT_REASONS, type RetirementReason } from "../../api-keys/lifecycle";
import { type Result, refuse } from "../../platform/result";
import {
  type FoundKey,
  type FoundMerchant,
  type FoundUser,
  keyByNumber,
  merchantByNumber,
  userByEmail,
} from "../../support/operator/queries";
import { type Refusal, describe as sentence } from "../../words/refusals/refusals";
import { Declined, UsageError } from "./errors";

const address = z.string().max(254).trim().toLowerCase().pipe(z.email());
const numeral = z
  .string()
  .regex(/^[0-9]{1,10}$/)
  .transform(Number)
  .pipe(z.int().max(2_147_483_647));

export function readEmail(word: string | undefined): string {
  const email = address.safeParse(word);
  if (!email.success) throw new UsageError(`"${word}" is not an email address.`);
  return email.data;
}

export function readNumber(word: string | undefined, of: string): number {
  const number = numeral.safeParse(word);
  if (!number.success) throw new UsageError(`"${word}" is not the number of ${of}.`);
  return number.data;
}

/** A time in UTC, such as 2026-11-29 or 2026-11-29T10:00Z. */
export function readTime(word: string): Date {
  const form = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z)?$/;
  const time = new Date(word);
  if (!form.test(word) || Number.isNaN(time.getTime()))
    throw new UsageError(`"${word}" is not a time. Write 2026-11-29 or 2026-11-29T10:00Z.`);
  return time;
}

/** A name that fits every page: one line of 1 to 100 characters. */
export function readName(word: string | undefined): string {
  const name = (word ?? "").normalize("NFC").replace(/\s+/g, " ").trim();
  if (name === "" || name.length > 100 || /\p{C}/u.test(name))
    throw new UsageError("A merchant's name has 1 to 100 characters on one line.");
  return name;
}

export function readRole(option: unknown): AssignableRole {
  const role = ASSIGNABLE_ROLES.find((each) => each === (option ?? "view"));
  if (!role) throw new UsageError(`--role is one of ${ASSIGNABLE_ROLES.join(", ")}.`);
  return role;
}

export function readReason(option: unknown): RetirementReason {
  const reason = RETIREMENT_REASONS.find((each) => each === option);
  if (reason) return reason;
  const problem = option === undefined ? "--reason is needed" : `"${option}" is not a reason`;
  throw new UsageError(`${problem}. It is one of ${RETIREMENT_REASONS.join(", ")}.`);
}

/** A reason for the audit log, on one line. */
export const readReasonText = (option: unknown): string =>
  typeof option === "string"
    ? option
        .normalize("NFC")
        .replace(/[\p{C}\s]+/gu, " ")
        .trim()
        .slice(0, 300)
    : "";

export async function findMerchant(word: string | undefined): Promise<FoundMerchant> {
  const number = readNumber(word, "a merchant");
  const merchant = await merchantByNumber(number);
  if (!merchant) throw new Declined(`There is no merchant ${number}.`);
  return merchant;
}

export async function findUser(word: string | undefined): Promise<FoundUser> {
  const email = readEmail(word);
  const user = await userByEmail(email);
  if (!user) throw new Declined(sentence({ code: "no_such_user", email }));
  return user;
}

export async function findKey(word: string | undefined): Promise<FoundKey> {
  const number = readNumber(word, "an API key");
  const key = await keyByNumber(number);
  if (!key) throw new Declined(`There is no key ${number}.`);
  return key;
}

/** Refuses before the confirmation. The operation itself refuses it too. @throws Declined */
export function refuseIf(isRefused: boolean, refusal: Refusal): void {
  if (isRefused) unwrap(refuse(refusal));
}

/** Returns the value of a successful result. @throws Declined with the refusal's sentence */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  const { refusal } = result;
  if (refusal.code === "last_owner")
    throw new Declined("This is the last Owner who can log in. Make somebody else an Owner first.");
  throw new Declined(sentence(refusal));
}
