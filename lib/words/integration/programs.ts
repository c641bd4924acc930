/** A program that signs and sends a request, with the key and secret from its environment. */
export type Program = { language: string; file: string; text: string };

export type Variables = { key: string; secret: string };

export const VARIABLES = { key: "COUNTERSIGN_KEY", secret: "COUNTERSIGN_SECRET" } as const satisfies Variables;

/** Where the client that works during a rotation reads the new pair, beside the old one. */
export const NEXT_VARIABLES = {
  key: `${VARIABLES.key}_NEXT`,
  secret: `${VARIABLES.secret}_NEXT`,
} as const satisfies Variables;

/** Complete programs that send the same request to this gateway and print the response. */
export function programs(gateway: string): Program[] {
  const url = `${gateway}/api/v2/whoami`;
  return PROGRAMS.map((program) => ({ ...program, text: program.text.trim().replaceAll("{URL}", url) }));
}

const PROGRAMS: readonly Program[] = [
  {
    language: "curl + openssl",
    file: "whoami.sh",
    text: String.raw`
BODY='{"currency":"BTC","foreign_id":"123456"}'
SIGNATURE=$(printf '%s' "$BODY" |
  openssl dgst -sha512 -hmac "$COUNTERSIGN_SECRET" -r | cut -d ' ' -f 1)

curl "{URL}" \
  --header "Content-Type: application/json" \
  --header "X-Processing-Key: $COUNTERSIGN_KEY" \
  --header "X-Processing-Signature: $SIGNATURE" \
  --data-binary "$BODY"`,
  },
  {
    language: "Node",
    file: "whoami.mjs",
    text: String.raw`
import { createHmac } from "node:crypto";

const { COUNTERSIGN_KEY, COUNTERSIGN_SECRET } = process.env;
const body = JSON.stringify({ currency: "BTC", foreign_id: "123456" });
const signature = createHmac("sha512", COUNTERSIGN_SECRET).update(body).digest("hex");

const response = await fetch("{URL}", {
  method: "POST",
  headers: {
    "Content-Type": "application/json",
    "X-Processing-Key": COUNTERSIGN_KEY,
    "X-Processing-Signature": signature,
  },
  body, // the same string that was signed
});
console.log(response.status, await response.text());`,
  },
  {
    language: "Python",
    file: "whoami.py",
    text: String.raw`
import hashlib, hmac, json, os
from urllib.error import HTTPError
from urllib.request import Request, urlopen

secret = os.environ["COUNTERSIGN_SECRET"].encode()
body = json.dumps({"currency": "BTC", "foreign_id": "123456"}).encode()

request = Request("{URL}", data=body, headers={
    "Content-Type": "application/json",
    "X-Processing-Key": os.environ["COUNTERSIGN_KEY"],
    "X-Processing-Signature": hmac.new(secret, body, hashlib.sha512).hexdigest(),
})
try:
    response = urlopen(request)
except HTTPError as refusal:
    response = refusal
print(response.status, response.read().decode())`,
  },
  {
    language: "PHP",
    file: "whoami.php",
    text: String.raw`
<?php
$body = json_encode(['currency' => 'BTC', 'foreign_id' => '123456']);
$signature = hash_hmac('sha512', $body, getenv('COUNTERSIGN_SECRET'));

$context = stream_context_create(['http' => [
    'method' => 'POST',
    'header' => [
        'Content-Type: application/json',
        'X-Processing-Key: ' . getenv('COUNTERSIGN_KEY'),
        'X-Processing-Signature: ' . $signature,
    ],
    'content' => $body, // the same string that was signed
    'ignore_errors' => true, // read the answer of a refusal too
]]);
$answer = file_get_contents('{URL}', false, $context);
echo $http_response_header[0], ' ', $answer, PHP_EOL;`,
  },
  {
    language: "Go",
    file: "whoami.go",
    text: String.raw`
package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
)

func main() {
	body, _ := json.Marshal(map[string]string{"currency": "BTC", "foreign_id": "123456"})
	mac := hmac.New(sha512.New, []byte(os.Getenv("COUNTERSIGN_SECRET")))
	mac.Write(body)

	request, _ := http.NewRequest("POST", "{URL}", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Processing-Key", os.Getenv("COUNTERSIGN_KEY"))
	request.Header.Set("X-Processing-Signature", hex.EncodeToString(mac.Sum(nil)))

	response, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	answer, _ := io.ReadAll(response.Body)
	fmt.Println(response.StatusCode, string(answer))
}`,
  },
  {
    language: "Java",
    file: "Whoami.java",
    text: String.raw`
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.http.*;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class Whoami {
  public static void main(String[] args) throws Exception {
    byte[] body = "{\"currency\":\"BTC\",\"foreign_id\":\"123456\"}".getBytes(UTF_8);
    byte[] secret = System.getenv("COUNTERSIGN_SECRET").getBytes(UTF_8);
    Mac mac = Mac.getInstance("HmacSHA512");
    mac.init(new SecretKeySpec(secret, "HmacSHA512"));

    var request = HttpRequest.newBuilder(URI.create("{URL}"))
        .header("Content-Type", "application/json")
        .header("X-Processing-Key", System.getenv("COUNTERSIGN_KEY"))
        .header("X-Processing-Signature", HexFormat.of().formatHex(mac.doFinal(body)))
        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
        .build();
    var response = HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.ofString());
    System.out.println(response.statusCode() + " " + response.body());
  }
}`,
  },
  {
    language: "C#",
    file: "Program.cs",
    text: String.raw`
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

string Env(string name) => Environment.GetEnvironmentVariable(name)!;

byte[] body = JsonSerializer.SerializeToUtf8Bytes(
    new { currency = "BTC", foreign_id = "123456" });
byte[] secret = Encoding.ASCII.GetBytes(Env("COUNTERSIGN_SECRET"));
string signature = Convert.ToHexString(HMACSHA512.HashData(secret, body)).ToLower();

using var content = new ByteArrayContent(body); // the bytes that were signed
content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

using var http = new HttpClient();
http.DefaultRequestHeaders.Add("X-Processing-Key", Env("COUNTERSIGN_KEY"));
http.DefaultRequestHeaders.Add("X-Processing-Signature", signature);
using var response = await http.PostAsync("{URL}", content);
string answer = await response.Content.ReadAsStringAsync();
Console.WriteLine($"{(int)response.StatusCode} {answer}");`,
  },
  {
    language: "Ruby",
    file: "whoami.rb",
    text: String.raw`
require "json"
require "net/http"
require "openssl"

body = JSON.generate(currency: "BTC", foreign_id: "123456")
signature = OpenSSL::HMAC.hexdigest("SHA512", ENV.fetch("COUNTERSIGN_SECRET"), body)

response = Net::HTTP.post(
  URI("{URL}"),
  body, # the same string that was signed
  "Content-Type" => "application/json",
  "X-Processing-Key" => ENV.fetch("COUNTERSIGN_KEY"),
  "X-Processing-Signature" => signature
)
puts "#{response.code} #{response.body}"`,
  },
];
