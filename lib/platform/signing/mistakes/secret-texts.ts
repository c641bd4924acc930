import type { Mistake } from "./words/words";

/** A text that a program signs with if the secret key was never put in its place. */
type Text = readonly [mistake: Mistake, text: string];

/** The variable of this product's samples, then the names that other samples use. */
const VARIABLE = "COUNTERSIGN_SECRET";
const OTHER_VARIABLES = ["API_SECRET", "SECRET_KEY", "SECRET", "API_SECRET_KEY"];

/** How Node reads a variable. Nothing is read here, and no source but one says it in full. */
const NODE = ["process", "env"].join(".");

const all = (mistake: Mistake, ...texts: string[]): Text[] => texts.map((text) => [mistake, text]);

export const LIKELY_TEXTS: readonly Text[] = [
  ...all("secret_no_value", "undefined", "null", "None"),
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is what was never replaced
  ...all("secret_unexpanded", "${COUNTERSIGN_SECRET}", `$${VARIABLE}`, `%${VARIABLE}%`, `${NODE}.${VARIABLE}`),
  ...all("secret_unexpanded", `os.environ["${VARIABLE}"]`, `os.environ['${VARIABLE}']`, VARIABLE, `{{${VARIABLE}}}`),
  ...all("secret_placeholder", "your-secret-key", "YOUR_SECRET", "<YOUR_SECRET>", "YOUR_SECRET_KEY", "your_secret_key"),
  ...all("secret_placeholder", "secret"),
];

export const RARE_TEXTS: readonly Text[] = [
  ...all("secret_unexpanded", `getenv('${VARIABLE}')`, `getenv("${VARIABLE}")`, `ENV['${VARIABLE}']`),
  ...all("secret_unexpanded", `$env:${VARIABLE}`, `os.getenv("${VARIABLE}")`, `os.Getenv("${VARIABLE}")`),
  ...OTHER_VARIABLES.flatMap((name) => all("secret_unexpanded", `\${${name}}`, `$${name}`, `%${name}%`, name)),
  ...OTHER_VARIABLES.flatMap((name) => all("secret_unexpanded", `${NODE}.${name}`, `os.environ["${name}"]`)),
  ...all("secret_unexpanded", "{{secret}}", "{{secret_key}}", "{{api_secret}}"),
  ...all("secret_placeholder", "<YOUR_SECRET_KEY>", "YOUR_API_SECRET", "your-secret", "your_secret", "secret_key"),
  ...all("secret_placeholder", "<secret>", "[secret]", "<your-secret-key>", "changeme", "test", "secretKey"),
  ...all("secret_no_value", "nil", "false", "[object Object]"),
];
