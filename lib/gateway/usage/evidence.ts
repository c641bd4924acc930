import type { CachedKey } from "../cache/cached-key";
import { type Body, type GatewayRequest, onlyValue } from "../http/request";

/** What a refused request is looked into with, and the key it was refused under, if one was read. */
export type Evidence = { request: Pick<GatewayRequest, "method" | "target" | "headers">; body: Body; entry: CachedKey | null };

export const keyOf = ({ request }: Evidence): string => onlyValue(request.headers, "x-processing-key") ?? "";
export const signatureOf = ({ request }: Evidence): string => onlyValue(request.headers, "x-processing-signature") ?? "";
