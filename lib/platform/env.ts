import { z } from "zod";
import { parseInvitationKey } from "./crypto/invitation-token";
import { parseOpeningKeys, parseSealingKeys, parseTotpKeys } from "./crypto/key-ring";
import { serversIn } from "./db/servers.mjs";
import { type Block, blockOf, covers, parseBlock } from "./ip-allowlist/block";

const url = z.string().superRefine((value, context) => {
  try {
    serversIn(value);
  } catch (error) {
    context.addIssue({ code: "custom", message: (error as Error).message });
  }
});
const port = z.coerce
  .number("must be a port number")
  .int("must be a port number")
  .min(1, "must be 1 or more")
  .max(65_535, "must be 65535 or less");
const amount = z.coerce.number("must be a number");
const count = amount.int("must be a whole number").min(1, "must be 1 or more");
const logLevel = z.enum(["fatal", "error", "warn", "info", "debug", "silent"]).default("info");
const text = z.string().min(1);
const flag = z
  .enum(["0", "1"], "must be 0 or 1")
  .default("0")
  .transform((value) => value === "1");
const networks = z
  .string()
  .default("")
  .transform((value) => value.split(/[\s,]+/).filter(Boolean))
  .refine(
    (entries) => entries.every((entry) => isBlock(entry)),
    "must list addresses or networks, such as 10.0.0.0/8, with commas between",
  );
/**
 * A trusted proxy may claim any source address. If a wide part of the Internet were trusted,
 * anybody could. No provider's networks are wider than this limit; private IPv6 networks are, and
 * are allowed.
 */
const proxies = networks.superRefine((entries, context) => {
  const tooWide = entries.filter((entry) => isBlock(entry) && trustsStrangers(blockOf(entry)));
  if (tooWide.length > 0)
    context.addIssue({
      code: "custom",
      message: `must not trust whole parts of the Internet, from where anybody could say who they are: ${tooWide.join(", ")}`,
    });
});
const PRIVATE = blockOf("fc00::/7");
const trustsStrangers = (block: Block): boolean =>
  block.last - block.first >= (block.family === 4 ? 2n ** 24n : 2n ** 112n) && !covers(PRIVATE, block);
const isBlock = (entry: string): boolean => {
  const parsed = parseBlock(entry);
  return parsed !== null && "block" in parsed;
};
/**
 * Parsed by the code that uses it, so that a wrong key fails at the start and not at the first
 * login.
 */
const readableBy = (parse: (text: string) => unknown) =>
  z.string().superRefine((value, context) => {
    try {
      parse(value);
    } catch (error) {
      context.addIssue({ code: "custom", message: `is not usable: ${(error as Error).message}` });
    }
  });
const origin = z
  .string()
  .refine(
    (value) => URL.canParse(value) && new URL(value).origin === value,
    "must be an origin, such as https://keys.example.com",
  );

const smtp = z
  .string()
  .refine(
    (value) => URL.canParse(value) && /^smtps?:\/\/./.test(value) && new URL(value).hostname !== "",
    "must be an smtp:// or smtps:// URL",
  );
const mailbox = z
  .string()
  .regex(
    /^(?:[^<>@"\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/,
    "must be an address, or a name and an <address>",
  );

const server = { HOST: text.default("127.0.0.1"), TRUSTED_PROXIES: proxies };

const supportContact = text.default("support@countersign.example");
const withOrigin = <T extends { PUBLIC_ORIGIN?: string | undefined; PORT: number }>(value: T) => ({
  ...value,
  PUBLIC_ORIGIN: value.PUBLIC_ORIGIN ?? `http://localhost:${value.PORT}`,
});

const dashboard = z
  .object({
    ...server,
    NODE_ENV: z.enum(["development", "production", "test"]).default("production"),
    PORT: port.default(3000),
    PUBLIC_ORIGIN: origin.optional(),
    PUBLIC_GATEWAY_URL: origin
      .refine((value) => /^https?:/.test(value), "must begin with http:// or https://")
      .default("http://127.0.0.1:3001"),
    APP_DATABASE_URL: url,
    SUPPORT_DATABASE_URL: url,
    NEXTAUTH_SECRET: z.string().min(32, "must be at least 32 characters"),
    TOTP_KEYS: readableBy(parseTotpKeys),
    SEALING_PUBLIC_KEY: readableBy(parseSealingKeys),
    SUPPORT_CONTACT: supportContact,
    ALLOW_PRIVATE_IPS: flag,
    DEMO_MAIL_DIR: text.optional(),
    DASHBOARD_MAX_CONNECTIONS: count.default(1_000),
    DASHBOARD_MAX_CONNECTIONS_PER_SOURCE: count.optional(),
    LOG_LEVEL: logLevel,
  })
  .transform(withOrigin);

const worker = z
  .object({
    PORT: port.default(3000),
    PUBLIC_ORIGIN: origin.optional(),
    APP_DATABASE_URL: url,
    SUPPORT_CONTACT: supportContact,
    INVITATION_KEY: readableBy(parseInvitationKey),
    SMTP_URL: smtp.optional(),
    MAIL_FROM: mailbox.optional(),
    DEMO_MAIL_DIR: text.optional(),
  })
  .superRefine(({ SMTP_URL, MAIL_FROM, DEMO_MAIL_DIR }, context) => {
    const wrong = (name: string, message: string) => context.addIssue({ code: "custom", path: [name], message });
    if (!SMTP_URL && !DEMO_MAIL_DIR) wrong("SMTP_URL", "is not set");
    if (SMTP_URL && DEMO_MAIL_DIR) wrong("DEMO_MAIL_DIR", "is for the demo, and SMTP_URL is set");
    if (SMTP_URL && !MAIL_FROM) wrong("MAIL_FROM", "is not set");
  })
  .transform((value) =>
    withOrigin({ ...value, MAIL_FROM: value.MAIL_FROM ?? "Countersign <no-reply@countersign.example>" }),
  );

/** The variables that opening secrets needs. */
const opening = { GATEWAY_DATABASE_URL: url, SEALING_PRIVATE_KEYS: readableBy(parseOpeningKeys) };

const gateway = z.object({
  ...server,
  GATEWAY_PORT: port.default(3001),
  GATEWAY_NAME: z
    .string()
    .regex(/^[\w.:/-]{1,64}$/, "must be 1 to 64 letters, digits and any of . : / _ -")
    .optional(),
  GATEWAY_WORKERS: count.max(64, "must be 64 or less").default(1),
  METRICS_PORT: port.optional(),
  ...opening,
  AUTHORIZE_PORT: port.optional(),
  MAX_CONNECTIONS_PER_SOURCE: count.optional(),
  MAX_CONNECTIONS: count.default(2_000),
  UPSTREAM_URL: origin.refine((value) => /^https?:/.test(value), "must begin with http:// or https://").optional(),
  UPSTREAM_TIMEOUT_SECONDS: amount.min(0.1, "must be 0.1 or more").max(300, "must be 300 or less").default(8),
  DRAIN_SECONDS: amount.min(0, "must be 0 or more").max(60, "must be 60 or less").default(1),
  LOG_LEVEL: logLevel,
});

export const dashboardEnv = once(dashboard);
export const gatewayEnv = once(gateway);
export const workerEnv = once(worker);
/** The dashboard's database role, for every process that uses it. */
export const appDatabaseEnv = once(z.object({ APP_DATABASE_URL: url }));
/** The support desk's database role, which can read no secret, seed or hash. */
export const supportDatabaseEnv = once(z.object({ SUPPORT_DATABASE_URL: url }));
/** For the sealing command, the only command that has the private keys. */
export const sealingEnv = once(z.object(opening));
/** The person who runs the admin command; lib/ops/admin.mjs takes the name from the system. */
export const operatorEnv = once(z.object({ OPERATOR: text }));
/** The database's owner, for migrations only. */
export const ownerEnv = once(z.object({ DATABASE_URL: url }));

/**
 * What is wrong with the process's environment: a line a variable. People read it, so it has no
 * stack.
 */
export class WrongEnvironment extends Error {
  constructor(wrong: string[]) {
    super(`The environment is not complete (.env.example explains every variable):\n  ${wrong.join("\n  ")}`);
    this.stack = this.message;
  }
}

/**
 * Reads the process environment once. An empty variable counts as not set.
 *
 * @throws WrongEnvironment
 */
function once<T extends z.ZodType>(schema: T): () => z.output<T> {
  let value: z.output<T> | undefined;
  return () => {
    value ??= read(schema);
    return value;
  };
}

function read<T extends z.ZodType>(schema: T): z.output<T> {
  const given = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => {
    const name = path.join(".");
    if (!(name in given)) return `${name} is not set.`;
    return message.startsWith(name) ? message : `${name} ${message}.`;
  });
  throw new WrongEnvironment(wrong);
}
