import { inspect } from "node:util";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { activateKey, repeatActivation } from "@/lib/api-keys/activate";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { editIps } from "@/lib/api-keys/edit-ips";
import { confirmReceipt } from "@/lib/api-keys/propagation/receipt";
import { countKeys, listKeys, listRetiredKeys, readKeyStatus } from "@/lib/api-keys/reads/queries";
import { retireKey } from "@/lib/api-keys/retire";
import { activationOf, asDatabaseOwner, freshProof, generated, unwrap } from "../../kit/people/api-keys";
import { makeOwner } from "../../kit/people/people";

/**
 * Every form in which the text could be in a column: plain, in hex as bytea is printed, and in
 * base64 at each of its three alignments.
 */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, "ascii");
  const base64 = [0, 1, 2].map((skip) => bytes.subarray(skip, skip + 60).toString("base64"));
  const words = [bytes, Buffer.from(bytes).reverse()].map((each) => each.toString("hex"));
  return [secret, ...words, ...base64, encodeURIComponent(secret), secret.slice(0, 24), secret.slice(-24)];
}

/** Every column, of every table of every schema, whose text contains one of these. */
async function placesOf(texts: string[]): Promise<string[]> {
  const columns = (await asDatabaseOwner(`
    SELECT format('%I.%I', table_schema, table_name) AS place, quote_ident(column_name) AS name FROM information_schema.columns
    JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`)) as {
    place: string;
    name: string;
  }[];
  expect(columns.length).toBeGreaterThan(60);
  const search = columns.map(
    ({ place, name }) => `SELECT '${place}.${name}' AS place WHERE EXISTS
      (SELECT FROM ${place} r, unnest($1::text[]) t WHERE position(lower(t) IN lower(r.${name}::text)) > 0)`,
  );
  const rows = await asDatabaseOwner(search.join(" UNION ALL "), [texts]);
  return rows.map(({ place }) => String(place));
}

const printed: string[] = [];
beforeEach(() => {
  printed.length = 0;
  for (const method of ["log", "info", "warn", "error", "debug"] as const) {
    vi.spyOn(console, method).mockImplementation(
      (...args) => void printed.push(args.map((arg) => inspect(arg, { depth: 9 })).join(" ")),
    );
  }
});
afterEach(() => vi.restoreAllMocks());

test("the search finds what exists: a key's public half, and bytes by their hex", async () => {
  const owner = await makeOwner();
  const { id } = await generated(owner);
  const [row] = await asDatabaseOwner("SELECT key FROM api_keys WHERE id = $1", [id]);
  expect(await placesOf([String(row?.key)])).toEqual(["public.api_keys.key"]);
  await asDatabaseOwner(
    "INSERT INTO audit_events (event, actor_kind, data) VALUES ('x', 'system', jsonb_build_object('a', encode('planted', 'hex')))",
  );
  expect(await placesOf([Buffer.from("planted").toString("hex")])).toEqual(["public.audit_events.data"]);
});

test("over a key's whole life no column of any table, no log line and no reply except its own dialog's contains the secret", async () => {
  const owner = await makeOwner();
  const { id } = await generated(owner);
  const input = activationOf(id, { allowedIps: ["198.51.99.7"] });
  const first = unwrap(await activateKey(owner.member, input, freshProof(owner)));
  const forms = formsOf(first.secret ?? "");
  expect(await placesOf(forms)).toEqual([]);

  const again = unwrap((await repeatActivation(owner.member, input)) ?? { ok: false, refusal: { code: "not_found" } });
  expect(again).toEqual(first);
  const lists = async () => [
    await listKeys(owner.merchantId),
    await listRetiredKeys(owner.merchantId),
    await readKeyStatus(owner.merchantId),
  ];
  const replies: unknown[] = [await lists(), await confirmReceipt(owner.member, { keyId: id, ticket: input.ticket })];
  expect(await placesOf(forms)).toEqual([]);

  replies.push(await editIps(owner.member, { keyId: id, allowedIps: [] }, freshProof(owner)));
  replies.push(await deactivateKey(owner.member, { keyId: id, reason: "rotating" }, freshProof(owner)));
  replies.push(await activateKey(owner.member, activationOf(id), freshProof(owner)), await lists());
  replies.push(await deactivateKey(owner.member, { keyId: id, reason: "compromised" }, freshProof(owner)));
  replies.push(
    await retireKey(owner.member, { keyId: id, reason: "lost" }, freshProof(owner)),
    await lists(),
    await countKeys(owner.merchantId),
  );
  replies.push(await repeatActivation(owner.member, input));
  expect(await placesOf(forms)).toEqual([]);
  for (const form of forms)
    expect([inspect(replies, { depth: 9 }), ...printed].filter((text) => text.includes(form))).toEqual([]);
});

test("no column contains the dialog's ticket", async () => {
  const owner = await makeOwner();
  const { id } = await generated(owner);
  const input = activationOf(id);
  unwrap(await activateKey(owner.member, input, freshProof(owner)));
  expect(await placesOf([input.ticket, Buffer.from(input.ticket, "base64url").toString("hex")])).toEqual([]);
});

test("an activation that fails after the secret was created does not include it in any error", async () => {
  const owner = await makeOwner();
  const { id } = await generated(owner);
  await asDatabaseOwner("ALTER TABLE reveals ADD CONSTRAINT none CHECK (false) NOT VALID");
  const error = await activateKey(owner.member, activationOf(id), freshProof(owner)).catch((reason: unknown) => reason);
  await asDatabaseOwner("ALTER TABLE reveals DROP CONSTRAINT none");
  const text = inspect(error, { depth: 9, showHidden: true });
  expect(error).toBeInstanceOf(Error);
  expect(text.match(/\b[A-Za-z0-9]{64}\b/g)).toBeNull();
});
