import { confirmReceipt } from "@/lib/api-keys/propagation/receipt";
import { activated, rotated, unwrap } from "../kit/people/api-keys";
import type { Desk } from "./fixtures";

export const ADDRESSES = ["45.33.32.7", "2600:1f18:40::/48"];

/** An active key whose secret counts as shown: the receipt is confirmed as the browser does it. */
export async function activeKey({ owner }: Desk, allowedIps: string[] = []) {
  const key = await activated(owner, { allowedIps });
  unwrap(await confirmReceipt(owner.member, { keyId: key.id, ticket: key.ticket }));
  return key;
}

/** The same, and a pair on standby. */
export async function rotating(
  desk: Desk,
  takesOver: "first_request" | "manual" = "first_request",
  allowedIps: string[] = [],
) {
  const old = await activeKey(desk, allowedIps);
  const next = await rotated(desk.owner, old.id, { takesOver, allowedIps });
  unwrap(await confirmReceipt(desk.owner.member, { keyId: next.id, ticket: next.ticket }));
  return { old, next };
}
