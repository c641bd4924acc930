/** Published values to check code with, before there is a key. */
export const VECTOR = {
  secret: "AbCdEfG123456",
  body: '{"currency":"BTC","foreign_id":"123456"}',
  signature:
    "03c25fcf7cd35e7d995e402cd5d51edd72d48e1471e865907967809a0c189ba55b90815f20e2bb10f82c7a9e9d865546fda58989c2ae9e8e2ff7bc29195fa1ec",
} as const;

export const VECTOR_COMMAND = `printf '%s' '${VECTOR.body}' |
  openssl dgst -sha512 -hmac '${VECTOR.secret}' -r | cut -d ' ' -f 1`;
