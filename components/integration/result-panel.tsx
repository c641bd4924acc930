import { CircleAlert, CircleCheck, type LucideIcon, Pencil } from "lucide-react";
import type { ReactNode } from "react";
import { CopyButton } from "@/components/ui/copy-button";
import { Icon } from "@/components/ui/icon";
import type { CheckResult as Found } from "./check";
import { HexGroups } from "./hex-groups";

/** The checker's verdict. Always in the DOM, so that screen readers announce its changes. */
export const ResultPanel = ({ found }: { found: Found | null }) => (
  <div role="status" className="check-result" data-kind={found?.kind ?? "none"}>
    {answer(found)}
  </div>
);

function answer(found: Found | null): ReactNode {
  if (!found)
    return (
      <Head icon={Pencil} lead="Enter a body, a secret key and a signature." text="The result appears as you type." />
    );
  if (found.kind === "right")
    return (
      <Head
        icon={CircleCheck}
        lead="The signature is right."
        text="If a request like this is refused, the bytes changed on their way: look at the body your HTTP client sends."
      />
    );
  return (
    <>
      {found.kind === "unknown" && (
        <Head
          icon={CircleAlert}
          lead="No mistake we know of explains it."
          text="Check that the secret key belongs to this API key, and that this is the body that was signed."
        />
      )}
      {found.sentences.map(([what, remedy]) => (
        <Head key={what} icon={CircleAlert} lead={what} text={remedy} />
      ))}
      {found.kind === "wrong" && found.signed !== null ? (
        <Value name="The body that was signed" text={found.signed} copy="Copy the body that was signed">
          <span className="signed-text">{found.signed}</span>
        </Value>
      ) : (
        found.signature !== null && (
          <Value
            name={found.kind === "wrong" ? "Send this instead" : "Right for this body and secret key"}
            text={found.signature}
            copy="Copy the signature"
          >
            <HexGroups hex={found.signature} />
          </Value>
        )
      )}
    </>
  );
}

const Head = ({ icon, lead, text }: { icon: LucideIcon; lead: string; text: string }) => (
  <div className="check-result__title">
    <Icon of={icon} size={18} />
    <div>
      <p>
        <strong>{lead}</strong>
      </p>
      <p>{text}</p>
    </div>
  </div>
);

const Value = ({ name, text, copy, children }: { name: string; text: string; copy: string; children: ReactNode }) => (
  <div className="check-result__value">
    <div className="min-w-0">
      <span className="block text-subtle-foreground text-small">{name}</span>
      {children}
    </div>
    <CopyButton text={text} label={copy} done="Copied">
      Copy
    </CopyButton>
  </div>
);
