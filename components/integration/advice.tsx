import { Check, Globe, type LucideIcon, Network, Server, ShieldCheck } from "lucide-react";
import type { ReactNode } from "react";
import { Icon } from "@/components/ui/icon";
import type { GatewayAddress } from "@/lib/words/integration/gateway-address";

type Item = { icon: LucideIcon; lead: string; text: ReactNode };

/** Short rules, each with its reason. */
const Advice = ({ items }: { items: readonly Item[] }) => (
  <ul className="grid gap-2.5">
    {items.map(({ icon, lead, text }) => (
      <li key={lead} className="grid grid-cols-[16px_minmax(0,1fr)] gap-2.5">
        <Icon of={icon} className="mt-0.75 text-subtle-foreground" />
        <span>
          <b className="font-[580]">{lead}</b> {text}
        </span>
      </li>
    ))}
  </ul>
);

export const SigningAdvice = () => (
  <Advice
    items={[
      {
        icon: Check,
        lead: "Make the JSON once.",
        text: "Sign that string and send that string; a second encoding can differ in spaces or order.",
      },
      {
        icon: Check,
        lead: "A request without parameters",
        text: (
          <>
            still has a body: sign and send <code>{"{}"}</code>. The same is true for GET and DELETE; an empty body is
            refused with <code>bad_content_format</code>. Where your HTTP library sends no body with GET, as{" "}
            <code>fetch</code> does, use one that does: <code>http.request</code> in Node,{" "}
            <code>{"curl --request GET --data-binary '{}'"}</code>.
          </>
        ),
      },
    ]}
  />
);

export const NetworkAdvice = ({ host, port, isName }: Omit<GatewayAddress, "base">) => (
  <Advice
    items={[
      {
        icon: Globe,
        lead: "Send from fixed addresses.",
        text: "Route outgoing traffic through one NAT or proxy, and give an Owner its public address.",
      },
      {
        icon: Network,
        lead: "List IPv6 too.",
        text: (
          <>
            If your servers have it, requests leave by it. A range such as <code>2001:db8:40::/48</code> covers all of
            them.
          </>
        ),
      },
      {
        icon: ShieldCheck,
        lead: "Allow outgoing connections",
        text: (
          <>
            to <code>{host}</code>, port {port}
            {isName ? ", by name: its addresses can change." : "."}
          </>
        ),
      },
      {
        icon: Server,
        lead: "Before you move a server,",
        text: "add the new address, move, then remove the old one. A removed address is refused from the moment the page says that the list is saved.",
      },
    ]}
  />
);
