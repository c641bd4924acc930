import pg from "pg";
import { expect, test } from "vitest";
import { progressOfKey } from "@/lib/api-keys/acknowledgements";
import { asDatabaseOwner, ownerWithActiveKey } from "../kit/api-keys";
import { setStatus } from "../kit/gateway-keys";
import { silentGateway } from "../kit/propagation";

test("a gateway that is connected and has no row is waited for, and so counted among those that do not refuse yet", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const { id } = await silentGateway("answers");
  await setStatus(key, "inactive");
  await asDatabaseOwner("UPDATE gateways SET applied = pg_current_snapshot() WHERE id = $1", [id]);
  expect(await progressOfKey(owner.member, key.id)).toEqual({ gateways: 1, refusing: 1 });

  const earlier = new URL(process.env.GATEWAY_DATABASE_URL as string);
  earlier.searchParams.set("application_name", "countersign-gateway");
  const stranger = new pg.Client({ connectionString: earlier.href });
  await stranger.connect();
  expect(await progressOfKey(owner.member, key.id)).toEqual({ gateways: 2, refusing: 1 });
  await stranger.end();
});
