// @apart: it uses a database server of its own.
import { expect, test } from "vitest";
import { restartsUnderLoad } from "../kit/database/restarts";

test("25 times the database's server is killed and started again under load: keys that stay are accepted again, and none that was retired, whatever the kill cut off", async () => {
  expect(await restartsUnderLoad(25)).toEqual({ late: [], odd: [] });
});
