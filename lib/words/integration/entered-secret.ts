import { KEY_LENGTH, SECRET_LENGTH } from "../../api-keys/lengths";
import { VECTOR } from "./vector";

type Sentence = readonly [what: string, remedy: string];

const HEX_SIGNATURE = /^[0-9a-f]{128}$/i;
const SECRET = new RegExp(`^[A-Za-z0-9]{${SECRET_LENGTH}}$`);
const AROUND = new RegExp(`(?<![A-Za-z0-9])[A-Za-z0-9]{${SECRET_LENGTH}}(?![A-Za-z0-9])`);

/** So much of the test vector's secret key shows that the vector was meant. */
const VECTOR_START = VECTOR.secret.slice(0, 6);

/**
 * What is wrong with a text that was entered as the secret key, from its form alone; null if it
 * can be one, or is the published one of the test vector.
 *
 * Promise: no signature is computed with a text that cannot be a secret key, so none is offered
 * that the gateway is certain to refuse.
 */
export function enteredSecretMistake(secret: string, signature: string): Sentence | null {
  if (secret === VECTOR.secret || SECRET.test(secret)) return null;
  const count = [...secret].length;
  if (HEX_SIGNATURE.test(secret)) return inField(signature);
  if (isOfVector(secret, count, signature)) return ofVector(count);
  if (AROUND.test(secret) || SECRET.test(secret.replace(/[^A-Za-z0-9]/g, "")) || count === SECRET_LENGTH)
    return [
      "The secret key has a character that is neither a letter nor a digit.",
      `Enter its ${SECRET_LENGTH} letters and digits alone.`,
    ];
  const short = `The secret key has ${count} of ${SECRET_LENGTH} characters`;
  if (count === KEY_LENGTH) return [`${short}, as many as an API key.`, "Enter the secret key, not the API key."];
  if (count < SECRET_LENGTH) return [`${short}.`, "Copy all of it."];
  return [`The secret key has ${count} characters instead of ${SECRET_LENGTH}.`, "Copy it again, and nothing else."];
}

const inField = (signature: string): Sentence => [
  "The signature is in the field of the secret key.",
  signature === VECTOR.secret || SECRET.test(signature) ? "Exchange the two." : "Enter the secret key there.",
];

const isOfVector = (secret: string, count: number, signature: string): boolean =>
  count !== SECRET_LENGTH && (secret.startsWith(VECTOR_START) || signature.toLowerCase() === VECTOR.signature);

const ofVector = (count: number): Sentence => [
  "This is not the secret key of the test vector.",
  count === VECTOR.secret.length
    ? `It is ${VECTOR.secret}.`
    : `It has ${VECTOR.secret.length} characters, not ${count}: ${VECTOR.secret}.`,
];
