/** A refusal of the gateway, for the developers of a client: what it means, and what to do. */
export type ClientRefusal = { code: string; status: number; what: string; remedy: string };

export const CLIENT_REFUSALS: readonly ClientRefusal[] = [
  refusal("required_header_key", 403, "X-Processing-Key is missing, empty, or sent twice.", "Send it once."),
  refusal(
    "bad_header_key",
    403,
    "No active key has this value.",
    "Check the key, or activate it. During a rotation, try your other pair.",
  ),
  refusal(
    "required_header_signature",
    403,
    "X-Processing-Signature is missing, empty, or sent twice.",
    "Send it once.",
  ),
  refusal(
    "bad_header_signature",
    403,
    "The signature does not match the body.",
    "Sign the exact bytes you send. The checker above names the mistake.",
  ),
  refusal(
    "ip_not_allowed",
    403,
    "The signature is right, the address is not on the list of the key.",
    "Ask an Owner to allow the address.",
  ),
  refusal(
    "bad_content_format",
    400,
    "The body is not JSON, or Content-Type is not application/json.",
    "Send JSON. An empty body is not JSON: GET and DELETE need a body too, so sign and send {}.",
  ),
  refusal(
    "bad_request",
    400,
    "The request is not valid HTTP.",
    "Check the HTTP client: its length or its chunks make no sense.",
  ),
  refusal(
    "not_found",
    404,
    "The signature is right, but nothing is at this path.",
    "Check the base URL and the path, which begins with /api/v2/. If both are right, tell Support.",
  ),
  refusal("method_not_allowed", 405, "The path does not take this method.", "Use the one that Allow names."),
  refusal(
    "request_timeout",
    408,
    "The request took longer than 10 seconds to arrive.",
    "Send all of it within 10 seconds.",
  ),
  refusal("payload_too_large", 413, "The body is larger than 1 MiB.", "Split it."),
  refusal("unsupported_media_type", 415, "The body is compressed.", "Send it without Content-Encoding."),
  refusal("expectation_failed", 417, "Expect has a value other than 100-continue.", "Leave the header out."),
  refusal(
    "too_many_requests",
    429,
    "Too many unknown keys came from your address.",
    "Wait as long as Retry-After says.",
  ),
  refusal("headers_too_large", 431, "There are more than 64 headers, or more than 8 KiB of them.", "Send fewer."),
  refusal(
    "internal_error",
    500,
    "The gateway failed.",
    "Look the request up before you send it again, and tell Support its X-Request-Id.",
  ),
  refusal(
    "unavailable",
    503,
    "The gateway cannot check keys just now.",
    "Send the same request again after Retry-After. Nothing was processed.",
  ),
  refusal(
    "bad_gateway",
    502,
    "The API behind the gateway did not answer.",
    "It can have been processed. Look it up before you send it again.",
  ),
  refusal(
    "gateway_timeout",
    504,
    "The API behind the gateway was too slow.",
    "It can have been processed. Look it up before you send it again.",
  ),
];

function refusal(code: string, status: number, what: string, remedy: string): ClientRefusal {
  return { code, status, what, remedy };
}
