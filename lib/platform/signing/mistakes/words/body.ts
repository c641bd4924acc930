/** How the signed body differs from the one that was sent. */
export const BODY_WORDS = {
  signed_twice: [
    "The body was signed twice in a row.",
    "Give it to the HMAC once: one update() for the whole body, and a new HMAC for each request.",
  ],
  newline_signed: [
    "A line break that was not sent was signed with the body.",
    "Use printf '%s' instead of echo, or do not sign the last line break.",
  ],
  newline_sent: [
    "A line break that was not signed was sent with the body.",
    "Sign the exact bytes you send; the last line break is one of them.",
  ],
  blank_signed: ["A space that was not sent was signed with the body.", "Sign the exact bytes you send."],
  blank_sent: ["A space that was not signed was sent with the body.", "Sign the exact bytes you send."],
  body_quoted: [
    "The quotation marks around the body were signed with it.",
    "Quote it for the shell only: single quotes in bash, none in cmd.exe's echo or in a .env file.",
  ],
  body_quoted_sent: [
    "The body was sent with quotation marks around it.",
    "Send the JSON alone: cmd.exe passes single quotes on, so escape double quotes in it or send a file.",
  ],
  byte_order_mark_signed: [
    "A byte order mark that was not sent was signed.",
    "Write UTF-8 without it; in .NET with new UTF8Encoding(false).",
  ],
  byte_order_mark_sent: [
    "A byte order mark that was not signed was sent.",
    "Write UTF-8 without it; in .NET with new UTF8Encoding(false).",
  ],
  line_ends: [
    "The line ends were changed after signing, from \\n to \\r\\n or back.",
    "Sign the exact bytes you send; read files in binary mode.",
  ],
  line_ends_stripped: [
    "The line breaks were removed after signing.",
    "Use curl --data-binary instead of -d, which removes them from a file.",
  ],
  line_ends_unsigned: ["The line breaks were removed before signing.", "Sign the exact bytes you send."],
  utf16_signed: [
    "The body was signed in UTF-16 and sent in UTF-8.",
    "Sign its UTF-8 bytes; in .NET with Encoding.UTF8, not Encoding.Unicode.",
  ],
  latin1_signed: ["The body was signed in Latin-1 and sent in UTF-8.", "Sign its UTF-8 bytes."],
  latin1_sent: [
    "The body was signed in UTF-8 and sent in Latin-1 or Windows-1252.",
    "Send the UTF-8 bytes you signed; in PowerShell pass [Text.Encoding]::UTF8.GetBytes($body) as -Body.",
  ],
  utf16_sent: [
    "The body was signed in UTF-8 and sent in UTF-16.",
    "Send the UTF-8 bytes you signed; in .NET with Encoding.UTF8, not Encoding.Unicode.",
  ],
  body_cut: [
    "The end of the body is missing.",
    "Content-Length counts bytes, not characters: leave it to the library, or use Buffer.byteLength(body) in Node.",
  ],
  double_utf8_sent: [
    "The body was encoded in UTF-8 twice after signing.",
    "Send the bytes you signed: encode the text once.",
  ],
  double_utf8_signed: [
    "The body was encoded in UTF-8 twice before signing.",
    "Sign the bytes you send: encode the text once.",
  ],
  unicode_form: [
    "Accented letters were composed differently after signing (NFC or NFD).",
    "Sign the exact bytes you send.",
  ],
  characters_lost_signed: [
    "Characters outside ASCII were lost before signing.",
    "Sign the UTF-8 bytes you send, not ASCII.",
  ],
  characters_lost_sent: [
    "A character outside ASCII was sent as a question mark.",
    "Send the UTF-8 bytes you signed, not ASCII.",
  ],
  body_escaped: [
    "The body was escaped before signing.",
    "Sign the exact bytes you send: no HTML or URL escapes, no backslashes before quotation marks.",
  ],
  body_escaped_sent: [
    "The body was escaped after signing.",
    "Send the bytes you signed: curl takes --data-binary for them, not --data-urlencode.",
  ],
  json_twice_sent: [
    "The JSON was encoded as JSON again before it was sent.",
    "Send the text you signed: data=text in Python's requests, not json=text, and one JSON.stringify() in JavaScript.",
  ],
  json_in_form: [
    "The JSON was sent as a field of a form.",
    "Send the JSON alone as the body, with Content-Type: application/json.",
  ],
  json_blanks_removed: [
    "All spaces were removed before signing, those within values too.",
    "Sign the exact bytes you send.",
  ],
  json_compact: [
    "The JSON was formatted again after signing: a body without spaces was signed.",
    "Send the text you signed.",
  ],
  json_spaced: ["The JSON was formatted again after signing: its spaces differ.", "Send the text you signed."],
  json_indented: [
    "The JSON was formatted again after signing: an indented body was signed.",
    "Send the text you signed.",
  ],
  json_python: [
    "The JSON was written again after signing: the signed body is what Python's json.dumps writes.",
    "Pass that text as data=, not the dict as json=.",
  ],
  json_php: [
    "The JSON was written again after signing: the signed body is what PHP's json_encode writes.",
    "Encode once, then sign and send that string.",
  ],
  json_go: [
    "The JSON was written again after signing: the signed body is what Go's json.Marshal or Rails' to_json writes.",
    "Write it once, then sign and send those bytes.",
  ],
  json_dotnet: [
    "The JSON was written again after signing: the signed body is what System.Text.Json writes.",
    "Serialize once, then send those bytes as a ByteArrayContent; PostAsJsonAsync writes them again.",
  ],
  json_gson: [
    "The JSON was written again after signing: the signed body is what Gson writes.",
    "Write it once, then sign and send that string.",
  ],
  json_powershell: [
    "The JSON was written again after signing: the signed body is what PowerShell's ConvertTo-Json writes.",
    "Convert once, then sign and send that string.",
  ],
  json_escapes: [
    "The JSON was written again after signing: characters outside ASCII were signed as \\u escapes.",
    "Send the text you signed.",
  ],
  json_order: [
    "The members of the JSON were in another order when it was signed.",
    "Make the JSON once, then sign that text and send it.",
  ],
  json_numbers: [
    'A number in the JSON was written differently when it was signed, as 0.50 is for 0.5 or "0.5".',
    "Make the JSON once, then sign that text and send it. Send amounts as strings.",
  ],
  json_booleans: [
    'A true or false in the JSON was written differently when it was signed, as 1, "true" or True.',
    "Make the JSON once, then sign that text and send it.",
  ],
  json_dates: [
    "A date in the JSON was written differently when it was signed, as +00:00 is for Z.",
    "Make the JSON once, then sign that text and send it.",
  ],
  json_template: [
    "The JSON was signed before its variables, such as {{amount}}, were replaced.",
    "Replace them first: pm.variables.replaceIn(body) in Postman, then sign that text.",
  ],
  json_repeated: [
    "A name occurs twice in the JSON that was sent, and once in the JSON that was signed.",
    "Write each name once, then sign that text and send it.",
  ],
  json_names: [
    "The names in the JSON were written differently when it was signed, as ForeignId is for foreign_id.",
    "Make the JSON once, with the same naming policy, then sign that text and send it.",
  ],
  json_database: [
    "The JSON was written again by a database: PostgreSQL's jsonb changes spaces and order.",
    "Keep the text you signed in a text column, and send that.",
  ],
  json_nulls: [
    "Members without a value were signed and not sent, or sent and not signed.",
    "Make the JSON once, then sign that text and send it.",
  ],
  json_empty: [
    "An empty list was signed and an empty object sent, or the other way round.",
    "Make the JSON once, then sign that text and send it. In PHP, (object) [] is written as {}.",
  ],
  json_wrapped: [
    "The JSON was wrapped or unwrapped after signing.",
    "Make the JSON once, then sign that text and send it.",
  ],
} as const;
