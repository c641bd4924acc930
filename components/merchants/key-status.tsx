import type { ReactNode } from "react";
import type { KeyState } from "@/components/key-state/state-glyph";
import { Link } from "@/components/ui/link";
import { StatusBadge } from "@/components/ui/status-badge";
import { Time } from "@/components/ui/time";
import type { KeyStatus as KeysStand } from "@/lib/api-keys/reads/queries";
import { addressesWords } from "@/lib/words/addresses";

/** The state of the merchant's keys in one line, with a link to the API keys. */
export function KeyStatus({ standing, href }: { standing: KeysStand; href: string }) {
  const { state, sentence } = sentenceOf(standing);
  return (
    <StatusBadge state={state}>
      {sentence} <Link href={href}>Open API keys</Link>
    </StatusBadge>
  );
}

function sentenceOf({ active, deactivating, waitingGenerated, rotation, counts }: KeysStand): {
  state: KeyState;
  sentence: ReactNode;
} {
  if (active?.secretUndelivered) {
    const sentence = (
      <>
        <b>Key {active.number} is active. Did you save its secret key?</b> Your browser did not confirm that it was
        shown.
      </>
    );
    return { state: "active", sentence };
  }
  if (active) {
    const sentence = (
      <>
        <b>Key {active.number} is active</b> since <Time at={active.activatedAt} />. Its requests are accepted from{" "}
        {addressesWords(active.allowedIps)}.{rotation.standby && ` Key ${rotation.standby.number} is on standby.`}
      </>
    );
    return { state: "active", sentence };
  }
  if (deactivating) {
    const sentence = (
      <>
        <b>Key {deactivating.number} is being deactivated.</b> It may still work: not all gateways have confirmed.
      </>
    );
    return { state: "deactivating", sentence };
  }
  if (rotation.standby) {
    const sentence = (
      <>
        <b>No key is active,</b> so all requests are refused. Key {rotation.standby.number} can take over.
      </>
    );
    return { state: "standby", sentence };
  }
  if (waitingGenerated) {
    const sentence = (
      <>
        <b>No key is active,</b> so all requests are refused. Key {waitingGenerated.number} is ready to activate.
      </>
    );
    return { state: "generated", sentence };
  }
  return { state: "inactive", sentence: counts.listed + counts.retired > 0 ? none : noKey };
}

const none = (
  <>
    <b>No key is active,</b> so all requests are refused. Activate one, or generate a new API key.
  </>
);
const noKey = (
  <>
    <b>There is no API key yet,</b> so all requests are refused. Generate the first one.
  </>
);
