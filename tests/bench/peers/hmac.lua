local ffi = require "ffi"
ffi.cdef[[
  const void *EVP_sha512(void);
  unsigned char *HMAC(const void *md, const void *key, int keylen, const unsigned char *data, size_t length, unsigned char *out, unsigned int *outlen);
  int CRYPTO_memcmp(const void *a, const void *b, size_t length);
]]
local crypto = ffi.load("crypto.so.3")
local sha512 = crypto.EVP_sha512()
local out, length = ffi.new("unsigned char[64]"), ffi.new("unsigned int[1]")
local given = ffi.new("unsigned char[64]")

local function decode(hex)
  for i = 0, 63 do given[i] = tonumber(hex:sub(2 * i + 1, 2 * i + 2), 16) end
end

return function(secret, answer)
  ngx.req.read_body()
  local body = ngx.req.get_body_data() or ""
  local signature = ngx.var.http_x_processing_signature or ""
  if #signature ~= 128 or signature:find("[^0-9a-fA-F]") then return ngx.exit(403) end
  decode(signature)
  crypto.HMAC(sha512, secret, #secret, body, #body, out, length)
  if crypto.CRYPTO_memcmp(out, given, 64) ~= 0 then return ngx.exit(403) end
  ngx.header["Content-Type"] = "application/json"
  ngx.header["Content-Length"] = #answer
  ngx.print(answer)
end
