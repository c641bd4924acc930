import { afterEach, expect, test, vi } from "vitest";
import { missingPackages } from "@/tests/runner/test-programs.mjs";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test("a user who cannot install what is missing gets all of it in one sentence", async () => {
  vi.stubEnv("PATH", "");
  vi.spyOn(process as { getuid(): number }, "getuid").mockReturnValue(1_000);
  await expect(missingPackages(undefined)).rejects.toThrow(
    /^The tests need openssl, curl.*\. Install them \(on Debian: apt-get install openssl curl.*\), then try again\.$/,
  );
});

test("a part is not refused for what only another part needs", async () => {
  vi.stubEnv("PATH", "");
  expect(await missingPackages("unit")).toEqual([]);
});
