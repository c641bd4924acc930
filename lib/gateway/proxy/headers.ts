import { type Headers, valuesOf } from "../http/request";

/**
 * Headers that belong to one connection, not to the message (RFC 9110, 7.6.1). Those listed in
 * Connection are dropped too.
 */
const HOP_BY_HOP = new Set([
  ...[
    "connection",
    "keep-alive",
    "proxy-connection",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-authentication-info",
  ],
  ...["te", "trailer", "transfer-encoding", "upgrade"],
]);

/**
 * Headers that a client may not send to the upstream: its identity, its address, the decision.
 * The signature has served its purpose.
 */
const OURS = [
  ...["x-merchant-id", "x-api-key-id", "x-request-id", "x-source-address", "x-decision-valid-until"],
  ...["x-forwarded-for", "forwarded", "x-real-ip", "x-processing-signature"],
];

/**
 * Rewritten for the upstream's connection, or already handled on ours: the body is complete, so
 * it is sent without "Expect".
 */
const OF_THE_MESSAGE = ["host", "content-length", "expect"];

const STAY_BEHIND: ReadonlySet<string> = new Set([...HOP_BY_HOP, ...OURS, ...OF_THE_MESSAGE]);

/**
 * A client's headers as the upstream receives them (name, value, name, value, unchanged),
 * followed by ours.
 *
 * Promise: a header under one of our names was written here. Attacks: a client sends such a
 * header itself, perhaps with underscores, which CGI and its descendants read as hyphens; or it
 * lists one of our names in Connection, so that the header is dropped.
 */
export function requestHeaders(raw: Headers, ours: readonly string[]): string[] {
  const listed = listedIn(raw);
  const kept = filtered(raw, (name) => {
    const plain = name.includes("_") ? name.replaceAll("_", "-") : name;
    return STAY_BEHIND.has(plain) || listed.has(name);
  });
  return [...kept, ...ours];
}

/** The upstream's headers as the client receives them. X-Request-Id is the gateway's own. */
export function responseHeaders(raw: Headers, requestId: string): string[] {
  const listed = listedIn(raw);
  const kept = filtered(raw, (name) => HOP_BY_HOP.has(name) || listed.has(name) || name === "x-request-id");
  return [...kept, "X-Request-Id", requestId];
}

function filtered(raw: Headers, drops: (name: string) => boolean): string[] {
  const kept: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    if (!drops((raw[index] as string).toLowerCase())) kept.push(raw[index] as string, raw[index + 1] as string);
  }
  return kept;
}

/** These stay even if Connection lists them: without them the message has another meaning. */
const NEVER_LISTED = new Set(["content-length", "content-type", "content-encoding", "host"]);

function listedIn(raw: Headers): Set<string> {
  const names = valuesOf(raw, "connection").flatMap((value) => value.split(","));
  return new Set(names.map((name) => name.trim().toLowerCase()).filter((name) => !NEVER_LISTED.has(name)));
}
