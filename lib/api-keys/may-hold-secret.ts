/**
 * Whether the text has 64 characters of a secret's alphabet, whatever is around or between them,
 * or a run that is longer than an API key and is not a long word. One in 10^12 runs of 33 random
 * characters looks like a word.
 */
export function mayHoldSecret(text: string): boolean {
  const runs = text.match(/[A-Za-z0-9]{33,}/g) ?? [];
  return runs.some((run) => !WORD.test(run)) || /[A-Za-z0-9]{64}/.test(text.replace(/[^A-Za-z0-9@.]/g, ""));
}

const WORD = /^[A-Za-z][a-z]{32,62}$/;
