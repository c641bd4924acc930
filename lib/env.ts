import { z } from "zod";

const url = z.string().regex(/^postgres(ql)?:\/\//, "must be a postgres:// URL");
const port = z.coerce.number().int().min(1).max(65_535);
const flag = z
  .enum(["0", "1"])
  .default("0")
  .transform((value) => value === "1");
const list = z
  .string()
  .default("")
  .transform((value) => value.split(/[\s,]+/).filter(Boolean));

const dashboard = z.object({
  APP_DATABASE_URL: url,
  PUBLIC_ORIGIN: z.url().refine((value) => new URL(value).origin === value, "must be an origin, such as https://keys.example.com"),
  NEXTAUTH_SECRET: z.string().min(32, "must be at least 32 characters"),
  TOTP_KEYS: z.string().min(1),
  SEALING_PUBLIC_KEY: z.string().min(1),
  SUPPORT_CONTACT: z.string().min(1).default("support@countersign.example"),
  ALLOW_PRIVATE_IPS: flag,
});

const gateway = z.object({
  GATEWAY_DATABASE_URL: url,
  SEALING_PRIVATE_KEYS: z.string().min(1),
  GATEWAY_PORT: port.default(3001),
  HOST: z.string().min(1).default("127.0.0.1"),
  TRUSTED_PROXIES: list,
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "silent"]).default("info"),
});

const worker = z.object({ APP_DATABASE_URL: url });

export const dashboardEnv = once(dashboard);
export const gatewayEnv = once(gateway);
export const workerEnv = once(worker);

/** Reads the process environment once, and names every variable that is wrong in one error. */
function once<T extends z.ZodType>(schema: T): () => z.output<T> {
  let value: z.output<T> | undefined;
  return () => (value ??= read(schema));
}

function read<T extends z.ZodType>(schema: T): z.output<T> {
  const parsed = schema.safeParse(process.env);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`The environment is not complete (.env.example explains every variable):\n  ${wrong.join("\n  ")}`);
}
