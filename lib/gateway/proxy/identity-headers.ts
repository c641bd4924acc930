import type { Accepted } from "../auth/auth-result";

/**
 * The headers that tell the API about an accepted request, besides X-Request-Id: name, value,
 * name, value.
 */
export function identityHeaders({ key, source, until }: Accepted): string[] {
  return [
    ...["X-Merchant-Id", key.merchant.id],
    ...["X-Api-Key-Id", String(key.number)],
    ...["X-Source-Address", source],
    ...["X-Decision-Valid-Until", new Date(until).toISOString()],
  ];
}
