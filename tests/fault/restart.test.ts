// @apart: it uses a database server of its own.
import { expect, test } from "vitest";
import { restartsUnderLoad } from "../kit/database/restarts";

test("the database server is killed and restarted 25 times under load: keys that stay are accepted again, and no retired one, whatever the kill interrupted", async () => {
  expect(await restartsUnderLoad(25)).toEqual({ late: [], odd: [] });
});
