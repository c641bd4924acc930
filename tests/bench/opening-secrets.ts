import { generateKeyPairSync } from "node:crypto";
import { openWith, sealTo } from "@/lib/platform/crypto/hpke";
import { openWithRsa, sealWithRsa } from "@/lib/platform/crypto/rsa-oaep";

// node --import tsx tests/bench/opening-secrets.ts
// How many secrets of 64 characters one core opens per second, sealed as today and as before
// version 0.3.0. Measured in turn by the CPU time of the whole process (RSA runs on libuv's
// threads), as the median of seven rounds.
const ROUNDS = 7;
const [label, secret] = [
  Buffer.from(`countersign:secret:v1:${"0".repeat(36)}:${"1".repeat(36)}`),
  Buffer.alloc(64, "a"),
];
const x25519 = generateKeyPairSync("x25519");
const rsa = generateKeyPairSync("rsa", { modulusLength: 3072 });
const [hpke, oaep] = [sealTo(x25519.publicKey, label, secret), sealWithRsa(rsa.publicKey, label, secret)];

const measured: Record<string, { count: number; open(): unknown; perSecond: number[] }> = {
  "HPKE, X25519": { count: 3_000, open: () => openWith(x25519.privateKey, label, hpke), perSecond: [] },
  "RSA-OAEP, 3072 bits": { count: 300, open: () => openWithRsa(rsa.privateKey, label, oaep), perSecond: [] },
};

for (let round = 0; round <= ROUNDS; round++) {
  for (const { count, open, perSecond } of Object.values(measured)) {
    const before = process.cpuUsage();
    for (let n = 0; n < count; n++) await open();
    const { user, system } = process.cpuUsage(before);
    if (round > 0) perSecond.push((count * 1e6) / (user + system));
  }
}
for (const [name, { perSecond }] of Object.entries(measured)) {
  const median = perSecond.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] as number;
  console.log(`${name}: ${Math.round(median)} a second, ${Math.round(1e6 / median)} µs each`);
}
