/** Mistakes in a request other than in how its signature was computed. */
export const REQUEST_WORDS = {
  key_in_other_header: ["The API key was sent in another header.", "Its name is X-Processing-Key."],
  key_underscored: [
    "The header is named with underscores, and proxies drop such headers.",
    "Write X-Processing-Key and X-Processing-Signature with hyphens.",
  ],
  key_empty: ["X-Processing-Key is empty.", "The variable is not set where the program runs. Set it to the API key."],
  key_twice: ["X-Processing-Key was sent twice.", "Send it once: perhaps a library and your code both add it."],
  key_quoted: ["The API key is in quotation marks.", "Send its 32 letters and digits without them."],
  key_scheme: [
    "Something stands before or after the API key, such as Bearer.",
    "Send its 32 letters and digits and nothing else.",
  ],
  key_case: [
    "The API key was changed to lower or upper case.",
    "Send it as the dashboard shows it: its letters have both.",
  ],
  key_cut: ["A character of the API key is missing.", "It has 32 letters and digits. Copy all of it."],
  key_no_value: [
    "The API key is the text of a missing value or a placeholder.",
    "The variable is not set where the program runs. Set it to the API key.",
  ],
  secret_as_key: [
    "The secret key was sent as the API key.",
    "It is no longer secret: deactivate the API key as compromised, and sign with a new pair. X-Processing-Key takes the API key.",
  ],
  signature_in_other_header: ["The signature was sent in another header.", "Its name is X-Processing-Signature."],
  signature_empty: [
    "X-Processing-Signature is empty.",
    "The signature was not computed yet when the request was sent. Sign before you send.",
  ],
  signature_twice: [
    "X-Processing-Signature was sent twice.",
    "Send it once: perhaps a library and your code both add it.",
  ],
  signature_missing: ["X-Processing-Signature is missing.", "Send HMAC-SHA512 of the body in it."],
  key_missing: ["X-Processing-Key is missing.", "Send the API key in it."],
  content_type_missing: ["Content-Type is missing.", "Send Content-Type: application/json."],
  content_type_twice: ["Content-Type was sent twice.", "Send it once: perhaps a library and your code both add it."],
  content_type_form: [
    "Content-Type is that of a form.",
    "Send Content-Type: application/json. curl -d sends the form's unless you set it.",
  ],
  content_type_text: [
    "Content-Type is text/plain.",
    "Send Content-Type: application/json. fetch sends text/plain with a string unless you set it.",
  ],
  content_type_other: ["Content-Type is not application/json.", "Send Content-Type: application/json."],
  content_encoded: ["The body is compressed.", "Send it as it was signed, without Content-Encoding."],
  body_empty: ["The body is empty.", "Sign and send {} where there are no parameters, with GET and DELETE too."],
  body_missing: [
    "The request arrived without a body.",
    "Send the body you signed: a redirect drops it, many HTTP libraries drop it with GET, and curl needs --data-binary.",
  ],
  body_form: ["The body is a form and not JSON.", "Send JSON, and sign that."],
  body_utf16: ["The body is in UTF-16.", "Send and sign it in UTF-8."],
  body_byte_order_mark: [
    "The body begins with a byte order mark, which is not valid JSON.",
    "Write UTF-8 without it; in .NET with new UTF8Encoding(false).",
  ],
  body_trailing_comma: [
    "The JSON has a comma before a closing bracket.",
    "Remove it, and let a library write the JSON.",
  ],
  body_single_quotes: ["The body has single quotation marks, as Python prints a dict.", "Use json.dumps()."],
  body_not_json: ["The body is not JSON.", "Let a library write it, then sign that text and send it."],
  path_double_slash: ["There are two slashes in the path.", "Join the base URL and the path with one."],
  path_base_twice: ["The base path is in the path twice.", "It is /api/v2/ once."],
  path_without_base: ["The path does not begin with /api/v2/.", "Use this base path, as in /api/v2/whoami."],
  path_trailing_slash: ["The path ends with a slash.", "Remove it."],
} as const;
