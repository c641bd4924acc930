/**
 * The text of a 401 that is given before an action runs. Next hands an action's caller nothing but
 * this text, so the browser recognizes the refusal by it: one constant for both.
 */
export const LOGGED_OUT = "You were logged out, and nothing was changed.";
