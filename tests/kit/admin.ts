import { PassThrough } from "node:stream";
import { run } from "@/lib/ops/admin/run";
import { db } from "@/lib/platform/db/db";
import { bundleOf } from "./child-env";
import { program } from "./gateway/programs";
import { asOwner } from "./people/owner";

export const OPERATOR = "k.osei";

export type CommandResult = { code: number | null; output: string };
export type Admin = (...args: string[]) => Promise<CommandResult>;

/**
 * Runs the admin command as a process on this file's database, without a terminal. Help runs
 * without a database, as it does for an operator.
 */
export function adminCommand(): Admin {
  return async (...args) => {
    const help = args.length === 0 || args.some((word) => ["help", "--help", "-h"].includes(word));
    const env: Record<string, string> = help
      ? {}
      : { APP_DATABASE_URL: process.env.APP_DATABASE_URL as string, OPERATOR };
    const running = program({ file: bundleOf("admin"), args }, { env });
    running.child.stdin?.end();
    return running.ended;
  };
}

/**
 * The same in this process, which is faster. For behaviour that does not depend on the process.
 */
export const adminInProcess: Admin = async (...args) => {
  const output = new PassThrough();
  let text = "";
  output.on("data", (chunk) => {
    text += chunk;
  });
  const terminal = { input: new PassThrough(), output, errors: output };
  const code = await run(args, { operator: () => OPERATOR, terminal });
  return { code, output: text };
};

/** The temporary password that a command printed. */
export function printedPassword({ output }: CommandResult): string {
  const [, password] = /Temporary password: (\S+)\n/.exec(output) ?? [];
  if (!password) throw new Error(`no temporary password:\n${output}`);
  return password;
}

/** The events of operators, oldest first: each with its subject and its data. */
export async function operatorEvents() {
  return db().auditEvent.findMany({
    where: { actorKind: "operator" },
    orderBy: { id: "asc" },
    select: {
      event: true,
      merchantId: true,
      subjectId: true,
      apiKeyId: true,
      actorId: true,
      sessionId: true,
      address: true,
      data: true,
    },
  });
}

/**
 * The contents that change only if something happens, not as time passes. Equal before and after:
 * nothing happened.
 */
export async function stateSnapshot(): Promise<string> {
  const rows = (of: string, row: string) =>
    `(SELECT string_agg((${row})::text, E'\\n' ORDER BY (${row})::text) FROM ${of} t)`;
  const counts = ["audit_events", "totp_devices", "outbox"].map((table) => `(SELECT count(*)::text FROM ${table})`);
  const whole = ["users", "merchants", "memberships", "passwords"].map((table) => rows(table, "t"));
  const parts = [rows("api_keys", "(id, status)"), rows("sessions", "(id, ended_at)"), rows("invitations", "id")];
  const [row] = await asOwner<{ all: string[] }>(`SELECT ARRAY[${[...counts, ...whole, ...parts].join()}] AS all`);
  return JSON.stringify(row?.all);
}
