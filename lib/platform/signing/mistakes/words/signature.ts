/** How the signature is written, and how it was computed. */
export const SIGNATURE_WORDS = {
  signature_base64: [
    "The signature is written in Base64.",
    "Write it in lowercase hex: 128 characters, 0 to 9 and a to f.",
  ],
  signature_base64_of_hex: [
    "The hex of the signature was encoded in Base64 again.",
    "Send the hex as it is: 128 characters.",
  ],
  signature_hex_twice: [
    "The text of the signature was encoded in hex again.",
    "Encode the bytes of the HMAC in hex once: 128 characters.",
  ],
  signature_unpadded: [
    "The bytes of the signature were not each written as two hex digits.",
    "Pad each byte: toString(16).padStart(2, '0') in JavaScript, %02x in C, HexFormat.of().formatHex() in Java instead of BigInteger or toHexString.",
  ],
  signature_sum: [
    "The signature is the body with a digest of nothing behind it, as Sum(body) returns it in Go.",
    "Write the body first, then take the sum: mac.Write(body), then mac.Sum(nil).",
  ],
  signature_jwt: [
    "The signature is a JSON Web Token.",
    "Send HMAC-SHA512 of the body as 128 characters of hex, made without a token library.",
  ],
  signature_prefixed: [
    "Something stands before or after the hex of the signature.",
    "Send the 128 characters of hex and nothing else: no sha512=, no 0x, no scheme.",
  ],
  signature_labelled: [
    "The signature is the whole line that openssl prints.",
    "Keep its 128 characters of hex: add -r and pipe it to cut -d ' ' -f 1.",
  ],
  signature_quoted: ["The signature is in quotation marks.", "Send its 128 characters without them."],
  signature_bracketed: [
    "The signature is in brackets.",
    "Send its 128 characters alone: the brackets of an example stand for the value.",
  ],
  signature_bytes_text: [
    "The signature was sent as Python writes bytes: b'…'.",
    "Use hexdigest(), or decode() the bytes before you send them.",
  ],
  signature_numbers: [
    "The signature was sent as a list of numbers.",
    "Write its bytes in hex: toString('hex') in Node, HexFormat.of().formatHex() in Java, '%02x' in Python and Go.",
  ],
  signature_object: [
    "The signature is the text of an object, not of its bytes.",
    "Write the digest in hex: hexdigest() in Python and Ruby, digest('hex') in Node, Convert.ToHexString in .NET.",
  ],
  signature_separated: [
    "The hex of the signature has separators.",
    "Send its 128 characters without dashes, colons or spaces. In .NET use Convert.ToHexString instead of BitConverter.ToString.",
  ],
  signature_cut: [
    "A part of the signature is missing.",
    "Send all 128 characters: a field, a column or a copy cut it.",
  ],
  signature_longer: [
    "Something was added to the end of the signature.",
    "Send its 128 characters of hex and nothing else.",
  ],
  signature_no_value: [
    "The signature is the text of a missing value.",
    "The variable was empty, or a promise was not awaited. Sign before you send.",
  ],
  signature_placeholder: [
    "The signature is a placeholder that was never filled in.",
    "Compute it from the body, and check the name of the variable.",
  ],
  signature_length: [
    "The signature does not have 128 characters.",
    "Send all of it and nothing else: HMAC-SHA512 in hex has 128 characters. SHA-256 has 64, SHA-1 has 40.",
  ],
  signature_unreadable: ["The signature is not hex.", "Send HMAC-SHA512 of the body as 128 characters of hex."],
  secret_sent: [
    "The secret key itself was sent.",
    "It is no longer secret: deactivate the API key as compromised, and sign with a new pair. The secret key never leaves your server.",
  ],
  secret_accepted: [
    "The secret key came with a request that was accepted.",
    "Stop sending it: a request needs its signature alone. It is no longer secret: deactivate the API key as compromised, and sign with a new pair.",
  ],
  key_as_signature: [
    "The API key was sent as the signature.",
    "Send HMAC-SHA512 of the body, made with the secret key.",
  ],
  hmac_md5: ["The signature is HMAC-MD5, 32 characters long.", "Use SHA-512; its hex has 128 characters."],
  hmac_sha1: ["The signature is HMAC-SHA1, 40 characters long.", "Use SHA-512; its hex has 128 characters."],
  hmac_sha224: ["The signature is HMAC-SHA224, 56 characters long.", "Use SHA-512; its hex has 128 characters."],
  hmac_sha256: ["The signature is HMAC-SHA256, 64 characters long.", "Use SHA-512; its hex has 128 characters."],
  hmac_sha384: ["The signature is HMAC-SHA384, 96 characters long.", "Use SHA-512; its hex has 128 characters."],
  hmac_sha3: ["The signature is made with SHA-3.", "Use SHA-512, which is SHA-2: sha512, not sha3-512."],
  hmac_sha512_256: [
    "The signature is HMAC-SHA512/256, 64 characters long.",
    "Use SHA-512, not SHA-512/256; its hex has 128 characters.",
  ],
  plain_hash: [
    "The signature is a plain hash of the secret key and the body.",
    "Use HMAC-SHA512: hmac(key = secret key, data = body).",
  ],
  plain_hash_of_body: [
    "The signature is a plain hash of the body, without the secret key.",
    "Use HMAC-SHA512: hmac(key = secret key, data = body).",
  ],
  swapped_arguments: [
    "The secret key and the body were exchanged.",
    "The secret key is the key of the HMAC, the body is its data.",
  ],
} as const;
