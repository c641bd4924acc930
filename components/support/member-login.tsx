import { Check, Hourglass, Lock, type LucideIcon, Minus } from "lucide-react";
import type { ReactNode } from "react";
import { Icon } from "@/components/ui/icon";
import { Time } from "@/components/ui/time";
import { isRestricted } from "@/lib/access/roles";
import type { LoginState, SupportMember } from "@/lib/support/members";
import { notSeenWords, waysWords } from "@/lib/words/last-seen";

type Said = { icon: LucideIcon; warning?: boolean; what: ReactNode; why: ReactNode };

/** Whether a person can log in, and if not, why. */
export function MemberLogin({ of }: { of: SupportMember }) {
  const { icon, warning, what, why } = of.kind === "invited" ? invited(of) : member(of.login, isRestricted(of.role));
  return (
    <div className="grid grid-cols-[16px_minmax(0,1fr)] gap-2">
      <Icon of={icon} className={warning ? "mt-0.75 text-warning" : "mt-0.75 text-subtle-foreground"} />
      <div>
        {what}
        <span className="secondary-line">{why}</span>
      </div>
    </div>
  );
}

const invited = ({ until, isOver }: Extract<SupportMember, { kind: "invited" }>): Said => ({
  icon: Hourglass,
  warning: true,
  what: isOver ? "Invitation expired" : "Invitation open",
  why: isOver ? (
    <>
      on <Time at={until} as="date" />; an Owner can invite them again
    </>
  ) : (
    <>
      until <Time at={until} />; not accepted yet
    </>
  ),
});

function member(login: LoginState, restricted: boolean): Said {
  const still = login.passkeys > 0 ? "; a passkey still works" : "";
  if (login.disabled) return { icon: Minus, what: "Disabled", why: "an operator can enable the user" };
  if (restricted) return { icon: Minus, what: "Cannot use the dashboard", why: "the role is Restricted" };
  if (login.wasReset)
    return {
      icon: Hourglass,
      warning: true,
      what: "Reset, not logged in since",
      why: <Link until={login.linkUntil} />,
    };
  if (!login.hasDevice) return { icon: Minus, what: "2FA is not set up", why: "first login not completed" };
  if (login.loginDisabled)
    return {
      icon: Lock,
      warning: true,
      what: "2FA codes disabled",
      why: `50 wrong codes; an operator can reset 2FA${still}`,
    };
  if (login.loginLockedUntil) {
    const what = (
      <>
        2FA codes locked until <Time at={login.loginLockedUntil} as="time" />
      </>
    );
    return { icon: Lock, warning: true, what, why: `5 wrong codes${still}` };
  }
  return { icon: Check, what: "Can log in", why: <Ways of={login} /> };
}

const Link = ({ until }: { until: string | null }) =>
  until ? (
    <>
      their link works until <Time at={until} />
    </>
  ) : (
    "there is no link any more; an operator can reset it again"
  );

function Ways({ of: { seenAt, passkeys, changesLockedUntil, changesDisabled } }: { of: LoginState }) {
  return (
    <>
      {seenAt ? (
        <>
          last seen <Time at={seenAt} />
        </>
      ) : (
        notSeenWords(true)
      )}
      ; {waysWords(passkeys)}
      {changesDisabled && "; codes for changes disabled after 50 wrong ones"}
      {!changesDisabled && changesLockedUntil && (
        <>
          ; codes for changes locked until <Time at={changesLockedUntil} as="time" />
        </>
      )}
    </>
  );
}
