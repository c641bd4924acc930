import { insertKey } from "../kit/gateway/gateway-keys";
import { startBuilt } from "../kit/gateway/stack";
import { countStatements } from "../kit/network/statement-counter";
import { sessionCookie } from "../kit/people/session";
import { type Desk, expect, test } from "./fixtures";

/* What a page costs the server, without any timing. The bench measures the time. */

const KEYS = 25;

async function fillWithKeys({ owner, merchant }: Desk): Promise<void> {
  const given = { merchantId: owner.merchantId, merchantName: merchant.name };
  for (let number = 0; number < KEYS; number++)
    await insertKey({ status: number === 0 ? "active" : "generated", merchant: given });
}

test("the API keys page and the overview run 10 and 15 statements at most", async ({ desk }, info) => {
  await fillWithKeys(desk);
  const { APP_DATABASE_URL = "", ...env } = process.env as Record<string, string>;
  const counter = await countStatements(APP_DATABASE_URL);
  const { origin, stop } = await startBuilt(
    { ...env, APP_DATABASE_URL: counter.through(APP_DATABASE_URL) },
    info.outputPath("dashboard.log"),
  );
  try {
    const { name, value } = await sessionCookie(desk.owner);
    const statementsOf = async (path: string) => {
      const get = async () => {
        const response = await fetch(`${origin}${path}`, { headers: { cookie: `${name}=${value}` } });
        expect([path, response.status]).toEqual([path, 200]);
        expect(await response.text()).toContain("</html>");
      };
      // The first one may also make connections, which run statements of their own.
      await get();
      const before = counter.executed();
      await get();
      return counter.executed() - before;
    };
    const page = `/merchants/${desk.merchant.id}`;
    expect(await statementsOf(`${page}/api-keys`)).toBeLessThanOrEqual(10);
    expect(await statementsOf(page)).toBeLessThanOrEqual(15);
  } finally {
    await stop();
    counter.close();
  }
});
