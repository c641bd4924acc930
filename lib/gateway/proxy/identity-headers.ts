import type { Accepted } from "../auth/authenticate";

/** What whoever stands behind the gateway is told of an accepted request, beside X-Request-Id: name, value, name, value. */
export function identityHeaders({ key, source, until }: Accepted): string[] {
  return [
    ...["X-Merchant-Id", key.merchant.id],
    ...["X-Api-Key-Id", String(key.number)],
    ...["X-Source-Address", source],
    ...["X-Decision-Valid-Until", new Date(until).toISOString()],
  ];
}
