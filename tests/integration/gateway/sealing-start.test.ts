import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { registeredOf } from "@/lib/gateway/sealing/canary";
import { bundleOf } from "../../kit/child-env";
import {
  digestsOf,
  insertRsaKey,
  proveRingOf,
  publicKeyOf,
  registeredVersions,
  ringOf,
  rsaKeys,
} from "../../kit/database/sealing";
import { type SealingKeys, sealingKeys, sealingKeysOf } from "../../kit/database/sealing-keys";
import { freePort } from "../../kit/free-port";
import { gatewayProcess } from "../../kit/gateway/gateway";
import { asOwner, insertKey } from "../../kit/gateway/gateway-keys";
import { startProgram } from "../../kit/gateway/gateway-program";
import { codeOf, send, whoami } from "../../kit/gateway/gateway-requests";
import { retryWithoutLease } from "../../kit/gateway/lease-retries";
import { startTcpProxy } from "../../kit/network/tcp-proxy";

const [first, second] = [sealingKeys(1), sealingKeys(2)];
const url = process.env.GATEWAY_DATABASE_URL as string;

const empty = () => asOwner("TRUNCATE sealing_keys, gateways, api_keys CASCADE");
beforeEach(empty);
afterEach(empty);

async function started(pairs: SealingKeys[], { databaseUrl = url, ...more }: Record<string, string> = {}) {
  const { SEALING_PRIVATE_KEYS } = sealingKeysOf(...pairs);
  const given = { NODE_ENV: "production" as const, GATEWAY_DATABASE_URL: databaseUrl, SEALING_PRIVATE_KEYS };
  return startProgram(bundleOf("gateway"), {
    ...given,
    GATEWAY_PORT: String(await freePort()),
    DRAIN_SECONDS: "0",
    ...more,
  });
}

/**
 * Expects one line besides the log, no stack, exit code 1, and a port that never opened. Returns
 * the line.
 */
async function refusal(pairs: SealingKeys[], more: Record<string, string> = {}): Promise<string> {
  const { exited, output, lines } = await started(pairs, more);
  expect(await exited, output()).toBe(1);
  const said = lines().filter((line) => !line.startsWith("{"));
  expect(said).toEqual([expect.stringMatching(/^✗ /)]);
  expect(output()).not.toContain("the port is open again");
  return said[0] as string;
}

/** A gateway that has proven its keys: one without processor time for a second starts before. */
const proven = async (...pairs: SealingKeys[]) => {
  const gateway = await gatewayProcess({ privateKeys: sealingKeysOf(...pairs).SEALING_PRIVATE_KEYS });
  expect(await send(`${gateway.origin}/readyz`, { method: "GET" })).toMatchObject({ status: 200 });
  return gateway;
};

const accepted = async (pairs: SealingKeys[], keys: Awaited<ReturnType<typeof insertKey>>[]) => {
  const gateway = await proven(...pairs);
  const codes = await Promise.all(keys.map(async (key) => codeOf(await whoami(gateway, key))));
  await gateway.stop();
  return codes;
};

describe("a gateway whose private keys do not open what the database holds refuses to start, and names the version", () => {
  test("where it lacks a version that is in use, though no secret is sealed for it yet", async () => {
    await proveRingOf(first, second);
    expect(await refusal([second])).toContain("lacks version 1.");
    expect(await refusal([first])).toContain("lacks version 2.");
  });

  test("where its version is another key", async () => {
    await proveRingOf(first);
    expect(await refusal([sealingKeys(1)])).toContain("Version 1 in SEALING_PRIVATE_KEYS is not the key");
  });

  test("where no version is registered and no secret opens", async () => {
    await insertKey({ sealedWith: publicKeyOf(first) });
    expect(await refusal([sealingKeys(1)])).toContain("Version 1 in SEALING_PRIVATE_KEYS is not the key");
    expect(await refusal([second])).toContain("Version 1 in SEALING_PRIVATE_KEYS is not the key");
    expect(await registeredVersions()).toEqual([]);
  });

  test("with several workers too", async () => {
    await proveRingOf(first);
    const { exited, output } = await started([second], { GATEWAY_WORKERS: "2" });
    expect(await exited, output()).toBe(1);
    expect(output()).toContain("lacks version 1.");
  });

  test.each(["1", "2"])(
    "also where the database is first reached after the gateway was started, with %s workers",
    async (workers) => {
      await proveRingOf(first);
      const { hostname, port } = new URL(url);
      const proxy = await startTcpProxy({ host: hostname, port: Number(port) });
      proxy.cut();
      const { exited, output, lines, until } = await started([second], {
        databaseUrl: proxy.through(url),
        GATEWAY_WORKERS: workers,
      });
      const listening = () => lines().filter((line) => line.endsWith('"msg":"listening"}')).length;
      await until(() => listening() === Number(workers) || undefined);
      proxy.resume();
      expect(await exited, output()).toBe(1);
      expect(output()).toContain("lacks version 1.");
      expect(await asOwner("SELECT FROM gateways")).toEqual([]);
      await proxy.close();
    },
  );

  test("and no longer counts as running: it does not keep a new version from being taken into use", async () => {
    await proveRingOf(first);
    await refusal([second]);
    expect(await asOwner("SELECT FROM gateways")).toEqual([]);
  });
});

describe("a gateway starts", () => {
  test("on an empty database, and registers each version it opens", async () => {
    expect(await accepted([first, second], [])).toEqual([]);
    expect(await registeredVersions()).toEqual([1, 2]);
    await proveRingOf(first, second);
  });

  test("with one version more than the database knows, which it does not register", async () => {
    await proveRingOf(first);
    await accepted([first, second], []);
    expect(await registeredVersions()).toEqual([1]);
  });

  test("where one secret among others was corrupted before anything was registered", async () => {
    const key = await insertKey({ sealedWith: publicKeyOf(first) });
    const corrupt = await insertKey({ sealedWith: publicKeyOf(first), sealedFor: key.merchantId });
    expect(await accepted([first], [key])).toEqual(["200 accepted"]);
    expect(corrupt.number).toBeGreaterThan(0);
  });

  test("on secrets that versions before 0.3.0 sealed with RSA, with their private key, and opens them beside its own", async () => {
    const rsa = rsaKeys(1);
    const keys = [await insertRsaKey(rsa), await insertKey({ sealedWith: publicKeyOf(second) })];
    expect(await accepted([rsa, second], keys)).toEqual(["200 accepted", "200 accepted"]);
    expect(await registeredVersions()).toEqual([1, 2]);
    expect(await refusal([rsaKeys(1), second])).toContain("Version 1 in SEALING_PRIVATE_KEYS is not the key");
  });

  test("two at once, and both register the same versions", async () => {
    await Promise.all([accepted([first], []), accepted([first], [])]);
    expect(await registeredVersions()).toEqual([1]);
  });

  test("and lists what it opens while it runs, and no longer", async () => {
    const gateway = await proven(first, second);
    expect(await asOwner("SELECT opens FROM gateways")).toEqual([{ opens: digestsOf(first, second) }]);
    await gateway.stop();
    expect(await asOwner("SELECT FROM gateways")).toEqual([]);
  });

  test("and checks again on each connection: it logs a version that it does not open, and keeps serving", async () => {
    const gateway = await proven(first);
    const key = await insertKey({ sealedWith: publicKeyOf(first) });
    const { publicKey, canary } = registeredOf(ringOf(second).current);
    await asOwner("INSERT INTO sealing_keys (version, public_key, canary) VALUES (2, $1, $2)", [publicKey, canary]);
    await asOwner(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'countersign-gateway:%' AND datname = current_database()",
    );
    const told = () => gateway.lines().some((line) => line.includes("lacks version 2."));
    await expect.poll(told, { timeout: 60_000 }).toBe(true);
    expect(
      await retryWithoutLease(
        async () => codeOf(await whoami(gateway, key)),
        (code) => code !== "200 accepted",
      ),
    ).toBe("200 accepted");
    await gateway.stop();
  });
});
