import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A request as a merchant's shell sends it: signed with `openssl`, sent with `curl`. */
export async function signedRequest(options: {
  key: string;
  secret: string;
  path?: string;
  body?: string;
  from?: string;
}): Promise<{ status: number; body: string }> {
  const body = options.body ?? '{"currency":"BTC","foreign_id":"123456"}';
  const signing = run("openssl", ["dgst", "-sha512", "-hmac", options.secret, "-r"]);
  signing.child.stdin?.end(body);
  const signature = (await signing).stdout.split(" ")[0];
  const { stdout } = await run("curl", [
    ...["--silent", "--show-error", "--max-time", "60", "--write-out", "\n%{http_code}"],
    ...[
      "--header",
      "Content-Type: application/json",
      "--header",
      `X-Processing-Key: ${options.key}`,
      "--header",
      `X-Processing-Signature: ${signature}`,
    ],
    ...(options.from ? ["--header", `X-Forwarded-For: ${options.from}`] : []),
    ...["--data-binary", body, `${process.env.E2E_GATEWAY}/api/v2${options.path ?? "/whoami"}`],
  ]);
  const end = stdout.lastIndexOf("\n");
  return { status: Number(stdout.slice(end + 1)), body: stdout.slice(0, end) };
}
