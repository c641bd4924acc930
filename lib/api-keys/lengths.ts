/** Characters of an API key and of a secret key, all of them letters and digits. */
export const KEY_LENGTH = 32;
export const SECRET_LENGTH = 64;
