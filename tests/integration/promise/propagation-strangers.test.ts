import pg from "pg";
import { expect, test } from "vitest";
import { progressOfKey } from "@/lib/api-keys/propagation/acknowledgements";
import { silentGateway } from "../../kit/gateway/propagation";
import { asDatabaseOwner, ownerWithActiveKey } from "../../kit/people/api-keys";
import { changeKeys } from "../../kit/people/key-changes";

test("a gateway that is connected and has no row is waited for, and counted among those that do not refuse yet", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const { id } = await silentGateway("answers");
  await changeKeys("UPDATE api_keys SET status = 'inactive', deactivated_at = now() WHERE id = $1", [key.id]);
  await asDatabaseOwner("UPDATE gateways SET applied = pg_current_snapshot() WHERE id = $1", [id]);
  expect(await progressOfKey(owner.member, key.id)).toEqual({ gateways: 1, refusing: 1 });

  const rowless = new URL(process.env.GATEWAY_DATABASE_URL as string);
  rowless.searchParams.set("application_name", "countersign-gateway:11111111-1111-4111-8111-111111111111");
  const stranger = new pg.Client({ connectionString: rowless.href });
  await stranger.connect();
  expect(await progressOfKey(owner.member, key.id)).toEqual({ gateways: 2, refusing: 1 });
  await stranger.end();
});
