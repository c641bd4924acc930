import type { Metadata } from "next";
import type { ReactNode } from "react";
import { NetworkAdvice, SigningAdvice } from "@/components/integration/advice";
import { Checker } from "@/components/integration/checker";
import { Code, CodeTabs } from "@/components/integration/code";
import { HexGroups } from "@/components/integration/hex-groups";
import { RefusalTable } from "@/components/integration/refusal-table";
import { Section } from "@/components/integration/section";
import { CopyButton } from "@/components/ui/copy-button";
import { Sheet } from "@/components/ui/sheet";
import { requireMember } from "@/lib/identity/session/guards";
import { dashboardEnv } from "@/lib/platform/env";
import { gatewayAddress } from "@/lib/words/integration/gateway-address";
import { programs, VARIABLES } from "@/lib/words/integration/programs";
import { ROTATION_CLIENT } from "@/lib/words/integration/rotation-client";
import { VECTOR, VECTOR_COMMAND } from "@/lib/words/integration/vector";

export const metadata: Metadata = { title: "Integration" };

const PARTS = [
  ["address", "Address and headers"],
  ["signing", "Signing"],
  ["vector", "Test vector"],
  ["checker", "Signature checker"],
  ["rotation", "Surviving a rotation"],
  ["refusals", "Refusals"],
  ["network", "Your network"],
] as const;

/** Open to every member: nothing on this page is specific to the merchant, and it shows no key. */
export default async function IntegrationPage({ params }: { params: Promise<{ merchantId: string }> }) {
  await requireMember((await params).merchantId, "merchant:read");
  const { PUBLIC_GATEWAY_URL: gateway } = dashboardEnv();
  const { base, ...network } = gatewayAddress(gateway);
  return (
    <>
      <h1 className="type-title">Integration</h1>
      <p className="mt-1.5 text-muted-foreground">
        Send JSON to the gateway, sign its bytes with the secret key, and name the API key. That is all of the protocol.
      </p>
      <nav aria-label="On this page" className="mt-4 mb-5 flex flex-wrap gap-x-4.5 gap-y-1 text-label">
        {PARTS.map(([id, name]) => (
          <a key={id} href={`#${id}`} className="py-1.5 sm:py-0">
            {name}
          </a>
        ))}
      </nav>
      <Sheet>
        <Section
          id="address"
          title="Address and headers"
          about={
            <>
              Three headers on every request; <code>/api/v2/ping</code> needs none. The responses of the gateway are
              described in <a href="/openapi.json">openapi.json</a>.
            </>
          }
        >
          <div className="copy-value">
            <code>{base}</code>
            <CopyButton text={base} label="Copy the base URL" done="Base URL copied" />
          </div>
          <dl className="definition-list">
            <Fact name={<code>Content-Type</code>}>
              <code>application/json</code>
            </Fact>
            <Fact name={<code>X-Processing-Key</code>}>the API key: 32 letters and digits</Fact>
            <Fact name={<code>X-Processing-Signature</code>}>the signature of the body: 128 characters of hex</Fact>
          </dl>
        </Section>
        <Section id="signing" title="Signing" about="The code does the same in each language. Copy it and run it.">
          <p>
            signature = lowercase hex of <b>HMAC-SHA512</b> over the <b>exact bytes of the body</b>, with the characters
            of the secret key as its key.
          </p>
          <CodeTabs
            programs={programs(gateway)}
            foot={
              <>
                Set <code>{VARIABLES.key}</code> and <code>{VARIABLES.secret}</code> in the environment.{" "}
                <code>/api/v2/whoami</code> answers with your merchant and the key that signed; it changes nothing.
              </>
            }
          />
          <SigningAdvice />
        </Section>
        <Section
          id="vector"
          title="Test vector"
          about="Published values to check your code against, before you have a key."
        >
          <dl className="definition-list">
            <Fact name="Secret key">
              <code>{VECTOR.secret}</code>
            </Fact>
            <Fact name="Body">
              <code>{VECTOR.body}</code>
            </Fact>
            <Fact name="Signature">
              <HexGroups hex={VECTOR.signature} />
            </Fact>
          </dl>
          <Code
            name="Check it here"
            text={VECTOR_COMMAND}
            foot="Prints the signature above. If it does not, the shell or openssl changes the bytes."
          />
        </Section>
        <Section
          id="checker"
          title="Signature checker"
          about="Enter what you sent. It says whether the signature is right, or which mistake it is."
        >
          <Checker />
        </Section>
        <Section
          id="rotation"
          title="Surviving a rotation"
          about="During a rotation two pairs are known. A client that tries the new one first changes over by itself."
        >
          <Code
            name="Node: send.mjs"
            text={ROTATION_CLIENT}
            foot={
              <>
                Save it as <code>send.mjs</code>, <code>{'import { send } from "./send.mjs"'}</code>, then call{" "}
                <code>{`await send("${base}whoami", {})`}</code>. In another language: try the new pair, the old one,
                then the new one again.
              </>
            }
          />
          <p className="text-muted-foreground text-small">
            A request refused with <code>bad_header_key</code> or <code>unavailable</code> never reached the API, so
            sending it again cannot pay twice. The client tries the other pair after the first; after{" "}
            <code>unavailable</code>, call it again when <code>Retry-After</code> is over. For every other code, do what{" "}
            <a href="#refusals">Refusals</a> says.
          </p>
        </Section>
        <Section
          id="refusals"
          title="Refusals"
          about={
            <>
              Each is JSON: <code>error</code> for people, <code>code</code> for programs. The first thing that is wrong
              is named.
            </>
          }
        >
          <RefusalTable />
        </Section>
        <Section id="network" title="Your network" about="What your own firewall and your servers need.">
          <NetworkAdvice {...network} />
        </Section>
      </Sheet>
    </>
  );
}

const Fact = ({ name, children }: { name: ReactNode; children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);
