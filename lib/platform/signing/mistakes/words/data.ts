/** What was signed instead of the body. */
export const DATA_WORDS = {
  signed_nothing: [
    "Nothing was signed, and a body was sent.",
    "Sign the body: it was empty or undefined when it was signed.",
  ],
  signed_empty_object: [
    "It is {} that was signed, and something else was sent.",
    "Sign the bytes you send. A request without parameters sends {} as its body, with GET and DELETE too.",
  ],
  signed_empty_array: [
    "It is [] that was signed, and something else was sent.",
    "Sign the bytes you send. In PHP, json_encode((object) []) writes {}.",
  ],
  signed_no_value: ["It is the text of a missing value that was signed, such as null.", "Sign the bytes you send."],
  signed_object_text: [
    "It is the text [object Object] or Array that was signed.",
    "Make the JSON first, then sign that text and send it.",
  ],
  signed_key: ["The API key was signed instead of the body.", "Sign the body alone."],
  signed_target: [
    "The URL or the path was signed instead of the body.",
    "Sign the body alone; without parameters that is {}.",
  ],
  signed_target_and_body: ["The method, path or URL was signed together with the body.", "Sign the body alone."],
  signed_time_and_body: ["A timestamp or another header was signed together with the body.", "Sign the body alone."],
  signed_key_and_body: ["The API key was signed together with the body.", "Sign the body alone."],
  signed_secret_and_body: [
    "The secret key was signed together with the body.",
    "Sign the body alone; the secret key is the key of the HMAC.",
  ],
  signed_hash: ["A hash of the body was signed.", "Sign the body itself: HMAC hashes it."],
  signed_signature: ["The signature was signed once more.", "Compute the HMAC once, over the body alone."],
  signed_base64: ["The body was encoded in Base64 or hex before it was signed.", "Sign the bytes you send."],
  signed_bytes: [
    "The bytes of the body were signed as a list of numbers.",
    "Sign the bytes themselves: give the Buffer or byte array to the HMAC, not its text.",
  ],
  signed_python_bytes: [
    "It is str() of Python bytes that was signed: b'…'.",
    "Pass the bytes to hmac.new() as they are, without str().",
  ],
  signed_name: [
    "The name of a file or a variable was signed, not its content.",
    "Read it first: curl takes @body.json, openssl takes body.json, and a shell replaces $BODY in double quotes only.",
  ],
  signed_form: ["The parameters were signed as a form, and JSON was sent.", "Sign the JSON you send."],
  signed_json_of_form: [
    "The parameters were signed as JSON, and a form was sent.",
    "Send the JSON you signed, with Content-Type: application/json.",
  ],
  signed_values: ["Only the values of the parameters were signed.", "Sign the JSON you send, byte for byte."],
  signed_python_text: [
    "It is str() of a Python dict that was signed.",
    "Use json.dumps() once, then sign that text and send it.",
  ],
  signed_ruby_text: [
    "It is inspect or to_s of a Ruby hash that was signed.",
    "Use JSON.generate once, then sign that string and send it.",
  ],
  signed_java_text: [
    "It is toString() of a Java or Kotlin map that was signed.",
    "Write the JSON with Jackson or Gson once, then sign that string and send it.",
  ],
  signed_go_text: [
    "It is a Go value as fmt prints it (%v) that was signed.",
    "Use json.Marshal once, then sign those bytes and send them.",
  ],
  signed_dotnet_text: [
    "It is ToString() of a .NET object that was signed, or a PowerShell object as a string.",
    "Use JsonSerializer.Serialize or ConvertTo-Json once, then sign that string and send it.",
  ],
  signed_printed: [
    "The data was signed as the language prints it, and not as JSON.",
    "Make the JSON first, then sign that text and send it.",
  ],
  signed_php_text: [
    "It is what serialize() of PHP writes that was signed.",
    "Use json_encode once, then sign that string and send it.",
  ],
  signed_request_object: [
    "Postman's object of the request body was signed, not the body.",
    "Sign pm.request.body.raw, after pm.variables.replaceIn() if it has variables.",
  ],
  signed_json_twice: [
    "The JSON was encoded as JSON again before it was signed.",
    "Encode it once, then sign that text and send it.",
  ],
} as const;
