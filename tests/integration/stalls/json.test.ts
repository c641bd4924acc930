import { afterAll, describe, expect, test } from "vitest";
import { gatewayHere } from "../../kit/gateway/gateway";
import { insertKey } from "../../kit/gateway/gateway-keys";
import { codeOf, whoami } from "../../kit/gateway/gateway-requests";
import { retryUnavailable } from "../../kit/gateway/lease-retries";

const gateway = await gatewayHere();
afterAll(() => gateway.stop());
const key = await insertKey();

const MAX = 1024 * 1024;
const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

describe("a signed body", () => {
  test.each([
    ["with arrays nested 1,000 deep is served", nested(1_000), "200 accepted"],
    ["with arrays nested 1,001 deep is refused", nested(1_001), "400 bad_content_format"],
    ["of a mebibyte of open brackets is refused", "[".repeat(MAX), "400 bad_content_format"],
    ["of as many arrays as a mebibyte holds is served", `[${"[],".repeat(MAX / 3 - 2)}1]`, "200 accepted"],
  ])("%s", async (_, body, code) => {
    expect(codeOf(await retryUnavailable(() => whoami(gateway, key, {}, body)))).toBe(code);
  });
});
