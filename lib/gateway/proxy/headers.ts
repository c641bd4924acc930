import { type Headers, valuesOf } from "../http/request";

/** Headers that speak of one connection and not of the message (RFC 9110, 7.6.1), beside those that Connection lists. */
const HOP_BY_HOP = new Set([
  ...["connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "proxy-authentication-info"],
  ...["te", "trailer", "transfer-encoding", "upgrade"],
]);

/** What a client may not say to the upstream: who it is, where it comes from, by which decision. Its signature has done its work. */
const OURS = [
  ...["x-merchant-id", "x-api-key-id", "x-request-id", "x-source-address", "x-decision-valid-until"],
  ...["x-forwarded-for", "forwarded", "x-real-ip", "x-processing-signature"],
];

/** Written anew for the upstream's connection, or spent on ours: a body that was waited for is sent without waiting. */
const OF_THE_MESSAGE = ["host", "content-length", "expect"];

const STAY_BEHIND: ReadonlySet<string> = new Set([...HOP_BY_HOP, ...OURS, ...OF_THE_MESSAGE]);

/**
 * A client's headers as the upstream gets them (name, value, name, value, as received), with ours at the end.
 *
 * Promise: what stands under a name of ours was written here. Attacks: a client that sends such a header itself, also with underscores, which CGI
 * and what descends from it read as hyphens; or that lists one of ours in Connection, to have it dropped.
 */
export function requestHeaders(raw: Headers, ours: readonly string[]): string[] {
  const listed = listedIn(raw);
  const kept = filtered(raw, (name) => {
    const plain = name.includes("_") ? name.replaceAll("_", "-") : name;
    return STAY_BEHIND.has(plain) || listed.has(name);
  });
  return [...kept, ...ours];
}

/** The upstream's headers as the client gets them. The request's id is the gateway's. */
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

/** Lengths and types stay, whatever Connection says: without them a message means something else. */
const NEVER_LISTED = new Set(["content-length", "content-type", "content-encoding", "host"]);

function listedIn(raw: Headers): Set<string> {
  const names = valuesOf(raw, "connection").flatMap((value) => value.split(","));
  return new Set(names.map((name) => name.trim().toLowerCase()).filter((name) => !NEVER_LISTED.has(name)));
}
