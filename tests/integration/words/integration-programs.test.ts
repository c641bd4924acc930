import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { programs } from "@/lib/words/integration/programs";
import { ROTATION_CLIENT } from "@/lib/words/integration/rotation-client";
import { VECTOR, VECTOR_COMMAND } from "@/lib/words/integration/vector";
import { gatewayHere, type TestGateway } from "../../kit/gateway/gateway";
import { insertKey, randomLetters, type StoredKey } from "../../kit/gateway/gateway-keys";
import { codeOf, send, whoami } from "../../kit/gateway/gateway-requests";
import { changeKeys } from "../../kit/people/key-changes";

const run = promisify(execFile);
const folder = mkdtempSync(path.join(tmpdir(), "programs-"));
let gateway: TestGateway;
let key: StoredKey;
beforeAll(async () => {
  gateway = await gatewayHere();
  key = await insertKey();
  expect(codeOf(await whoami(gateway, key))).toBe("200 accepted");
});
afterAll(async () => {
  await gateway.stop();
  rmSync(folder, { recursive: true });
});

const PROJECT = `<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net8.0</TargetFramework>
<ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable></PropertyGroup></Project>`;

/** How to run each language's program: the command that must be on the path, and its arguments. */
const RUNS: Record<string, [program: string, ...arguments_: string[]]> = {
  "curl + openssl": ["sh", "whoami.sh"],
  Node: ["node", "whoami.mjs"],
  Python: ["python3", "whoami.py"],
  PHP: ["php", "whoami.php"],
  Go: ["go", "run", "whoami.go"],
  Java: ["java", "Whoami.java"],
  "C#": ["dotnet", "run"],
  Ruby: ["ruby", "whoami.rb"],
};
const isHere = (program: string) =>
  (process.env.PATH ?? "").split(path.delimiter).some((folder) => existsSync(path.join(folder, program)));
const isMissing = (language: string) => !isHere(RUNS[language]?.[0] ?? "");

const environment = (extra: Record<string, string>): NodeJS.ProcessEnv => ({
  NODE_ENV: "production",
  PATH: process.env.PATH ?? "",
  HOME: folder,
  DOTNET_CLI_TELEMETRY_OPTOUT: "1",
  ...extra,
});
const credentials = ({ key, secret }: Pick<StoredKey, "key" | "secret">) => ({
  COUNTERSIGN_KEY: key,
  COUNTERSIGN_SECRET: secret,
});
const languages = programs("http://gateway.example").map(({ language }) => language);

describe("a program of the tab Integration, copied and run, is accepted", () => {
  test("each language shows how to run it", () => expect(Object.keys(RUNS)).toEqual(languages));

  for (const language of languages) {
    if (isMissing(language)) {
      console.log(
        `note: the ${language} program of the tab Integration was not run: there is no ${RUNS[language]?.[0]} here`,
      );
      continue;
    }
    const printed = async (key: StoredKey) => {
      const { file, text } = programs(gateway.origin).find((program) => program.language === language) ?? {
        file: "",
        text: "",
      };
      const own = mkdtempSync(path.join(folder, "one-"));
      writeFileSync(path.join(own, file), text);
      if (language === "C#") writeFileSync(path.join(own, "whoami.csproj"), PROJECT);
      const [program, ...arguments_] = RUNS[language] ?? [""];
      return (await run(program, arguments_, { cwd: own, env: environment(credentials(key)) })).stdout;
    };
    test(language, async () => {
      const stdout = await printed(key);
      expect(stdout).toContain(key.merchantName);
      if (language !== "curl + openssl") expect(stdout).toContain("200");
    });
    test(`${language}, which prints the code of a refusal`, async () =>
      expect(await printed(await insertKey({ status: "inactive" }))).toContain("bad_header_key"));
  }
});

test("the command for the published vector prints the published signature", async () => {
  const { stdout } = await run("sh", ["-c", VECTOR_COMMAND]);
  expect(stdout).toBe(`${VECTOR.signature}\n`);
});

describe("the client that survives a rotation", () => {
  const sent = async (extra: Record<string, string>, origin = gateway.origin): Promise<string> => {
    const file = path.join(folder, "client.mjs");
    writeFileSync(file, ROTATION_CLIENT);
    const program = `const { send } = await import(${JSON.stringify(file)});
      const response = await send("${origin}/api/v2/whoami", { currency: "BTC" });
      console.log(response.status, await response.text());`;
    return (await run("node", ["--input-type=module", "--eval", program], { env: environment(extra) })).stdout;
  };
  const next = ({ key, secret }: Pick<StoredKey, "key" | "secret">) => ({
    COUNTERSIGN_KEY_NEXT: key,
    COUNTERSIGN_SECRET_NEXT: secret,
  });

  test("is accepted with only one pair", async () =>
    expect(await sent(credentials(key))).toContain(`200 {"data":{"merchant"`));

  test("is accepted with the old pair while the new one is not active", async () => {
    const waiting = await insertKey({ status: "inactive", merchant: key });
    expect(await sent({ ...credentials(key), ...next(waiting) })).toContain(`"id":${key.number}`);
  });

  test("is accepted with the new pair once that is active", async () => {
    const [old, active] = [await insertKey({ status: "inactive" }), await insertKey()];
    expect(await sent({ ...credentials(old), ...next(active) })).toContain(`"id":${active.number}`);
  });

  test("is accepted with the new pair if that takes over after it was tried and before the old one was", async () => {
    const old = await insertKey({ status: "inactive" });
    const waiting = await insertKey({ status: "standby", takesOver: "manual", merchant: old });
    const activated = async () =>
      changeKeys(
        "UPDATE api_keys SET status = 'active', first_activated_at = now(), activated_at = now() WHERE id = $1",
        [waiting.id],
      );
    const asked: string[] = [];
    const relay = createServer((request, response) => {
      void (async () => {
        asked.push(String(request.headers["x-processing-key"]));
        if (asked.length === 2) await activated();
        const body = Buffer.concat(await request.toArray());
        const { status, body: text } = await send(`${gateway.origin}/api/v2/whoami`, {
          headers: signedHeaders(request.headers),
          body,
        });
        response.writeHead(status, { "content-type": "application/json" }).end(text);
      })();
    });
    relay.listen(0, "127.0.0.1");
    await once(relay, "listening");
    onTestFinished(() => void relay.close());
    const { port } = relay.address() as AddressInfo;
    expect(await sent({ ...credentials(old), ...next(waiting) }, `http://127.0.0.1:${port}`)).toContain(
      `"id":${waiting.number}`,
    );
    expect(asked).toEqual([waiting.key, old.key, waiting.key]);
  });

  test("does not repeat a request that was refused for any other reason", async () => {
    const wrong = { key: (await insertKey()).key, secret: randomLetters(64) };
    expect(await sent({ ...credentials(key), ...next(wrong) })).toContain(`403 {"error":"Bad signature header"`);
  });
});

const signedHeaders = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    ["content-type", "x-processing-key", "x-processing-signature"].map((name) => [name, String(headers[name])]),
  );
