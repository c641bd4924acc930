import { z } from "zod";

const url = z.string().regex(/^postgres(ql)?:\/\/./, "must be a postgres:// URL");
const port = z.coerce
  .number("must be a port number")
  .int("must be a port number")
  .min(1, "must be 1 or more")
  .max(65_535, "must be 65535 or less");
const text = z.string().min(1);
const flag = z
  .enum(["0", "1"], "must be 0 or 1")
  .default("0")
  .transform((value) => value === "1");
const list = z
  .string()
  .default("")
  .transform((value) => value.split(/[\s,]+/).filter(Boolean));
const versioned = z.string().regex(/^[1-9]\d*:[\w+/-]+={0,2}$/, "must be VERSION:BASE64, as npm run keys prints it");
const versionedList = z
  .string()
  .regex(/^[1-9]\d*:[\w+/-]+={0,2}(,[1-9]\d*:[\w+/-]+={0,2})*$/, "must be VERSION:BASE64[,…], as npm run keys prints it");
const origin = z
  .string()
  .refine((value) => URL.canParse(value) && new URL(value).origin === value, "must be an origin, such as https://keys.example.com");

const server = { HOST: text.default("127.0.0.1"), TRUSTED_PROXIES: list };

const dashboard = z
  .object({
    ...server,
    PORT: port.default(3000),
    PUBLIC_ORIGIN: origin.optional(),
    APP_DATABASE_URL: url,
    NEXTAUTH_SECRET: z.string().min(32, "must be at least 32 characters"),
    TOTP_KEYS: versionedList,
    SEALING_PUBLIC_KEY: versioned,
    SUPPORT_CONTACT: text.default("support@countersign.example"),
    ALLOW_PRIVATE_IPS: flag,
  })
  .transform((value) => ({ ...value, PUBLIC_ORIGIN: value.PUBLIC_ORIGIN ?? `http://localhost:${value.PORT}` }));

const gateway = z.object({
  ...server,
  GATEWAY_PORT: port.default(3001),
  GATEWAY_DATABASE_URL: url,
  SEALING_PRIVATE_KEYS: versionedList,
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "silent"]).default("info"),
});

export const dashboardEnv = once(dashboard);
export const gatewayEnv = once(gateway);
/** The dashboard's role in the database: all that the worker needs. */
export const appDatabaseEnv = once(z.object({ APP_DATABASE_URL: url }));
/** The database's owner, for migrations alone. */
export const ownerEnv = once(z.object({ DATABASE_URL: url }));

/** Reads the process environment once, and names every variable that is wrong in one error. An empty variable counts as not set. */
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
    return `${name}: ${name in given ? message : "is not set"}`;
  });
  throw new Error(`The environment is not complete (.env.example explains every variable):\n  ${wrong.join("\n  ")}`);
}
