import { asOwner } from "../people/owner";

export type GatewayRow = { id: string; name: string; version: string; applied: string | null };

/** The rows of gateways, by name. */
export const gatewayRows = () =>
  asOwner<GatewayRow>("SELECT id, name, version, applied::text AS applied FROM gateways ORDER BY name, started");
