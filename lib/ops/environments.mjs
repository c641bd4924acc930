import path from "node:path";
import { dotEnvNames } from "./config.mjs";
import { root } from "./run.mjs";

const DASHBOARD = [
  "HOST",
  "PORT",
  "PUBLIC_ORIGIN",
  "PUBLIC_GATEWAY_URL",
  "TRUSTED_PROXIES",
  "APP_DATABASE_URL",
  "SUPPORT_DATABASE_URL",
  "NEXTAUTH_SECRET",
  "NEXTAUTH_URL",
  "TOTP_KEYS",
  "SEALING_PUBLIC_KEY",
  "SUPPORT_CONTACT",
  "ALLOW_PRIVATE_IPS",
  "DEMO_MAIL_DIR",
  "DASHBOARD_MAX_CONNECTIONS",
  "DASHBOARD_MAX_CONNECTIONS_PER_SOURCE",
  "LOG_LEVEL",
];

/** @import { Env } from "./run.mjs" */

/** The variables that each process gets. A variable that is not listed reaches no process. */
const HANDED = /** @satisfies {Record<string, string[]>} */ ({
  dashboard: DASHBOARD,
  seed: DASHBOARD,
  gateway: [
    ...[
      "HOST",
      "GATEWAY_PORT",
      "GATEWAY_NAME",
      "GATEWAY_WORKERS",
      "AUTHORIZE_PORT",
      "METRICS_PORT",
      "TRUSTED_PROXIES",
      "MAX_CONNECTIONS",
      "MAX_CONNECTIONS_PER_SOURCE",
      "GATEWAY_DATABASE_URL",
      "SEALING_PRIVATE_KEYS",
    ],
    ...["UPSTREAM_URL", "UPSTREAM_TIMEOUT_SECONDS", "DRAIN_SECONDS", "LOG_LEVEL"],
  ],
  worker: [
    "PORT",
    "PUBLIC_ORIGIN",
    "APP_DATABASE_URL",
    "SUPPORT_CONTACT",
    "INVITATION_KEY",
    "SMTP_URL",
    "MAIL_FROM",
    "DEMO_MAIL_DIR",
  ],
  admin: ["APP_DATABASE_URL", "OPERATOR"],
  sealing: ["GATEWAY_DATABASE_URL", "SEALING_PRIVATE_KEYS", "OPERATOR"],
  migrate: ["DATABASE_URL"],
  build: /** @type {string[]} */ ([]),
});

/** Variables of the system that any program may need. None of them can hold a secret of ours. */
const SURROUNDINGS =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|TMPDIR|TERM|COLORTERM|NO_COLOR|FORCE_COLOR|CI|NODE_EXTRA_CA_CERTS|NODE_OPTIONS|SSL_CERT_\w+|NEXT_TELEMETRY_DISABLED|COUNTERSIGN_TEST_RUN|(?:https?|no)_proxy)$/i;

/**
 * Builds the environment of one process from an empty one.
 * @param {keyof typeof HANDED} name
 * @param {Record<string, string | undefined>} values from .env, the environment and the secrets
 * @param {Env} values what .env, the real environment and the installation's secrets say
 * @param {"production" | "development"} [mode]
 */
export function environmentOf(name, values, mode = "production") {
  const surroundings = Object.entries(values).filter(
    ([variable, value]) => value !== undefined && SURROUNDINGS.test(variable),
  );
  const handed = HANDED[name].map((variable) => [variable, values[variable]]).filter(([, value]) => value);
  return {
    ...Object.fromEntries([...withheldFrom(name), ...surroundings, ...handed]),
    NODE_ENV: mode,
    NEXT_TELEMETRY_DISABLED: "1",
  };
}

/** The environment without our variables, for tests that set their own. @param {Env} values */
export function withoutOwnVariables(values) {
  const ours = new Set(["DATABASE_URL", ...Object.values(HANDED).flat()]);
  return Object.fromEntries(Object.entries(values).filter(([variable]) => !ours.has(variable)));
}

/**
 * Next reads .env itself, but keeps variables that are set. Empty values keep out of its
 * environment what it is not handed: the secrets of the other processes, and what a start switches
 * off.
 * @param {keyof typeof HANDED} name
 */
function withheldFrom(name) {
  return name === "dashboard" || name === "build" ? dotEnvNames(root).map((variable) => [variable, ""]) : [];
}

/**
 * Adds the values that the embedded database needs to the environment.
 * @param {Env} values
 * @param {Pick<import("./postgres/postgres.mjs").Postgres, "url">} postgres
 * @param {Pick<import("./secrets.mjs").Secrets, "roles" | "keys">} secrets
 * @param {string} dataFolder
 */
export function embeddedValues(values, postgres, { roles, keys }, dataFolder) {
  /** @param {import("./postgres/role-limits.mjs").Role} role */
  const url = (role) => postgres.url("countersign", role, roles[role]);
  return {
    ...values,
    ALLOW_PRIVATE_IPS: values.ALLOW_PRIVATE_IPS || "1",
    DEMO_MAIL_DIR: values.SMTP_URL ? "" : path.join(dataFolder, "mail"),
    ...keys,
    DATABASE_URL: postgres.url("countersign"),
    APP_DATABASE_URL: url("countersign_app"),
    GATEWAY_DATABASE_URL: url("countersign_gateway"),
    SUPPORT_DATABASE_URL: url("countersign_support"),
  };
}
