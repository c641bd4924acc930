import type { CachedKey } from "../cache/cached-key";
import { type Body, type GatewayRequest, onlyValue } from "../http/request";

/**
 * The data in which a refused request's mistake is searched, and the key that it was refused
 * under; null if none was read.
 */
export type Evidence = {
  request: Pick<GatewayRequest, "method" | "target" | "headers">;
  body: Body;
  entry: CachedKey | null;
};

export const keyOf = ({ request }: Evidence): string => onlyValue(request.headers, "x-processing-key") ?? "";
export const signatureOf = ({ request }: Evidence): string =>
  onlyValue(request.headers, "x-processing-signature") ?? "";
