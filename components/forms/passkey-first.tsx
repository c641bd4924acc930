import { Fingerprint, Smartphone } from "lucide-react";
import { Icon } from "@/components/ui/icon";
import { Refusal } from "@/components/ui/refusal";
import { TextAction } from "@/components/ui/text-action";

type Props = { names: string[]; refusal: string | undefined; onCode: (() => void) | undefined };

/** For users who have a passkey: the main button asks for it. */
export const PasskeyFirst = ({ names, refusal, onCode }: Props) => (
  <div>
    <div className="flex items-center gap-3.5 rounded-card border border-border bg-sunken px-4 py-3.5">
      <Icon of={Fingerprint} size={22} className="shrink-0 text-primary" />
      <div className="min-w-0">
        <p className="font-label">You confirm with a passkey</p>
        <p className="wrap-anywhere text-muted-foreground text-small">{listOf(names)}</p>
      </div>
    </div>
    {refusal && <Refusal>{refusal}</Refusal>}
    {onCode && (
      <TextAction icon={Smartphone} onClick={onCode}>
        Use a code instead
      </TextAction>
    )}
  </div>
);

const listOf = (names: string[]) => new Intl.ListFormat("en", { type: "disjunction" }).format(names);
