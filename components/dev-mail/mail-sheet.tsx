import { ArrowLeft } from "lucide-react";
import type { ReactNode } from "react";
import { Icon } from "@/components/ui/icon";
import { Link } from "@/components/ui/link";
import { Sheet } from "@/components/ui/sheet";
import { Time } from "@/components/ui/time";
import type { DemoMail } from "@/lib/mail/demo-mails";

/** One email as plain text. Our own activation links are clickable. */
export const MailSheet = ({ subject, from, to, at, text, origin }: DemoMail & { origin: string }) => (
  <>
    <p className="mb-3">
      <Link href="/dev/mail" className="inline-flex items-center gap-1.5 py-0.5 text-label">
        <Icon of={ArrowLeft} />
        Emails
      </Link>
    </p>
    <h1 className="type-title mb-4">{subject}</h1>
    <Sheet>
      <dl className="grid gap-1 border-border border-b px-4 py-3.5 sm:px-5">
        <Header name="From">{from}</Header>
        <Header name="To">{to}</Header>
        <Header name="Sent">
          <Time at={at} as="date" />, <Time at={at} as="seconds" />
        </Header>
      </dl>
      <div className="grid max-w-[72ch] gap-3.5 px-4 pt-6 pb-7 sm:px-5">
        {text
          .trim()
          .split("\n\n")
          .map((paragraph) => (
            <Paragraph key={paragraph} text={paragraph} link={`${origin}/first-login?token=`} />
          ))}
      </div>
    </Sheet>
  </>
);

const Header = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="grid grid-cols-[64px_minmax(0,1fr)]">
    <dt className="text-subtle-foreground text-small leading-[1.375rem]">{name}</dt>
    <dd className="wrap-anywhere tabular-nums">{children}</dd>
  </div>
);

const Paragraph = ({ text, link }: { text: string; link: string }) => (
  <p className="wrap-anywhere whitespace-pre-line">{text.startsWith(link) ? <a href={text}>{text}</a> : text}</p>
);
