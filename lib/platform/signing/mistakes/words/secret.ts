/** How the secret key was altered before it was used, and what was used in its place. */
export const SECRET_WORDS = {
  secret_newline: [
    "A line break was read with the secret key.",
    "Trim it where it is read: a file or a pipe ends with one.",
  ],
  secret_blank: ["A space or an invisible character was read with the secret key.", "Trim it where it is read."],
  secret_quoted: [
    "The quotation marks around the secret key were taken for a part of it.",
    "Remove them where it is set: not every reader of .env files does.",
  ],
  secret_grouped: [
    "The secret key was copied with the gaps between its groups.",
    "Remove them: it is 64 letters and digits without spaces.",
  ],
  secret_cut: ["A part of the secret key is missing.", "It has 64 letters and digits. Copy all of it."],
  secret_doubled: ["The secret key was pasted twice.", "It has 64 letters and digits. Paste it once."],
  secret_case: ["The secret key was changed to lower or upper case.", "Use it as it was shown: its letters have both."],
  secret_hex_decoded: ["The secret key was decoded as hex.", "It is not hex. Use its 64 characters as they are."],
  secret_base64_decoded: [
    "The secret key was decoded as Base64.",
    "It is not Base64. Use its 64 characters as they are.",
  ],
  secret_encoded: ["The secret key was encoded in Base64 or hex.", "Use its 64 characters as they are."],
  secret_utf16: [
    "The secret key was turned into UTF-16.",
    "Turn it into bytes as UTF-8 or ASCII; in .NET with Encoding.UTF8, not Encoding.Unicode.",
  ],
  secret_printed: [
    "The secret key was used as the language prints it, such as b'…' or Optional(…).",
    "Use its 64 characters: secret.encode() without str() in Python, an unwrapped String in Swift.",
  ],
  secret_hashed: ["The secret key was hashed before it was used.", "Use its 64 characters as they are."],
  secret_empty: [
    "The signature was made with an empty secret key.",
    "The variable is not set where the program runs, or the secret key was decoded as hex. Use its 64 characters as they are.",
  ],
  secret_no_value: [
    "The signature was made with the text of a missing value, such as undefined.",
    "The variable is not set where the program runs. Set it to the secret key.",
  ],
  secret_unexpanded: [
    "The signature was made with the name of a variable, not with its value.",
    "Read the variable: no single quotes around $NAME in a shell, no quotes around os.environ[…], ENV[…] or getenv(…) in code.",
  ],
  secret_placeholder: ["The signature was made with a placeholder.", "Put your secret key in its place."],
  secret_sample: [
    "The signature was made with the secret key of the published example.",
    "Put your secret key in its place.",
  ],
  secret_named: [
    "The name of the variable was taken for a part of the secret key.",
    "Use what comes after the equals sign.",
  ],
  secret_with_key: ["The API key and the secret key were joined.", "Sign with the secret key alone."],
  key_as_secret: ["It is signed with an API key.", "Sign with the secret key: 64 characters, shown once."],
  previous_secret: [
    "It is signed with the secret key of an earlier API key.",
    "Use the secret key that belongs to this one.",
  ],
  newer_secret: [
    "It is signed with the secret key of a newer API key.",
    "Use the API key and the secret key of one pair: after a rotation both are new.",
  ],
  other_merchant_secret: [
    "It is signed with the secret key of another merchant.",
    "Use the secret key that belongs to this API key: live and test are easily mixed up.",
  ],
} as const;
