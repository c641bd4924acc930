/** The field of a dialog that shows a refusal; `form` if it belongs to no field. */
export type RefusalField = "code" | "password" | "newPassword" | "confirm" | "recoveryCode" | "email" | "ips" | "form";

type Sentence<R> = string | ((refusal: R) => string);

/** For each code the field that shows it, and the sentence: what is true, then what to do. */
export type Sentences<R extends { code: string }> = {
  readonly [Code in R["code"]]: readonly [field: RefusalField, sentence: Sentence<Extract<R, { code: Code }>>];
};
