import { isIP } from "node:net";

/**
 * What the Integration tab shows of the gateway's public URL. `isName`: its addresses can change.
 */
export type GatewayAddress = { base: string; host: string; port: string; isName: boolean };

export function gatewayAddress(publicUrl: string): GatewayAddress {
  const { protocol, hostname, port } = new URL(publicUrl);
  const host = hostname.replace(/^\[|\]$/g, "");
  return {
    base: `${publicUrl}/api/v2/`,
    host,
    port: port || (protocol === "https:" ? "443" : "80"),
    isName: isIP(host) === 0,
  };
}
