/**
 * An answer of the gateway: a status, headers besides the usual ones (name, value, name, value),
 * and a body of ASCII or UTF-8 text.
 */
export type Answer = { status: number; headers: readonly string[]; body: string };

/**
 * Every refusal: its code, status and text. The first six lines and their bodies are the
 * published API.
 */
const TABLE = {
  bad_content_format: [400, "Bad content format"],
  required_header_key: [403, "No key header"],
  bad_header_key: [403, "Bad key header"],
  required_header_signature: [403, "No signature header"],
  bad_header_signature: [403, "Bad signature header"],
  ip_not_allowed: [403, "IP address not allowed"],
  bad_request: [400, "Bad request"],
  not_found: [404, "Not found"],
  method_not_allowed: [405, "Method not allowed"],
  request_timeout: [408, "Request timeout"],
  payload_too_large: [413, "Payload too large"],
  unsupported_media_type: [415, "Unsupported media type"],
  expectation_failed: [417, "Expectation failed"],
  too_many_requests: [429, "Too many requests"],
  headers_too_large: [431, "Request header fields too large"],
  internal_error: [500, "Internal error"],
  bad_gateway: [502, "Bad gateway"],
  unavailable: [503, "Unavailable"],
  gateway_timeout: [504, "Gateway timeout"],
} as const satisfies Record<string, readonly [number, string]>;

export type ErrorCode = keyof typeof TABLE;

/**
 * Why a request is refused. If a secret does not open, the installation is at fault: the client
 * receives "unavailable". A key on standby that does not take over is refused like an inactive
 * one; its Owner reads who tried it.
 */
export type Refusal = ErrorCode | "secret_not_opened" | "on_standby";

const ALSO: { [code in ErrorCode]?: readonly string[] } = {
  unavailable: ["Retry-After", "1"],
  too_many_requests: ["Retry-After", "1"],
};

export const ERROR_CODES = Object.keys(TABLE) as readonly ErrorCode[];

/** Built once, so that refusing a flood of requests allocates no answers. */
const ANSWERS = new Map<Refusal, Answer>([
  ...ERROR_CODES.map((code) => [code, written(code)] as const),
  ["secret_not_opened", written("unavailable")],
  ["on_standby", written("bad_header_key")],
]);

function written(code: ErrorCode): Answer {
  const [status, error] = TABLE[code];
  return {
    status,
    headers: ["Content-Type", "application/json", ...(ALSO[code] ?? [])],
    body: JSON.stringify({ error, code }),
  };
}

/** The answer for a refusal. */
export function errorAnswer(code: Refusal, headers: readonly string[] = []): Answer {
  const answer = ANSWERS.get(code) as Answer;
  return headers.length === 0 ? answer : { ...answer, headers: [...answer.headers, ...headers] };
}
