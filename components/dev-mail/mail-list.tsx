import { ChevronRight } from "lucide-react";
import { CardTable, CardTableBody, CardTableHead, Cell, ColumnHead, Row } from "@/components/ui/card-table";
import { Icon } from "@/components/ui/icon";
import { Link } from "@/components/ui/link";
import { Pager } from "@/components/ui/pager";
import { Time } from "@/components/ui/time";
import type { DemoMail } from "@/lib/mail/demo-mails";

type Props = { mails: DemoMail[]; total: number; older: string | null; first: boolean };

export const MailList = ({ mails, total, older, first }: Props) => (
  <>
    <h1 tabIndex={-1} className="type-display outline-none">
      Emails
    </h1>
    <p className="mt-1.5 mb-5 text-muted-foreground">
      No email leaves this machine. Without <span className="font-mono">SMTP_URL</span>, emails are stored in{" "}
      <span className="font-mono">.data/mail</span> and shown here.
    </p>
    {total === 0 ? <p>No email was sent yet. Generate an API key: its Owners get one, and it is shown here.</p> : null}
    {total > 0 && (
      <div className="md:overflow-hidden md:rounded-card md:border md:border-border md:bg-surface">
        <CardTable caption="Emails, newest first">
          <CardTableHead>
            <ColumnHead>Subject</ColumnHead>
            <ColumnHead className="md:w-55">Sent</ColumnHead>
            <td className="chevron-cell" />
          </CardTableHead>
          <CardTableBody>
            {mails.map((mail) => (
              <Mail key={mail.name} {...mail} />
            ))}
          </CardTableBody>
        </CardTable>
        <div className="max-md:[&>div]:border-0 max-md:[&>div]:px-0">
          <Pager newest={first ? undefined : "/dev/mail"} older={older ? `/dev/mail?before=${older}` : undefined}>
            {total} {total === 1 ? "email" : "emails"}, newest first
          </Pager>
        </div>
      </div>
    )}
  </>
);

const Mail = ({ name, subject, to, at }: DemoMail) => (
  <Row>
    <Cell>
      <Link href={`/dev/mail/${name}`} className="row-link">
        {subject}
      </Link>
      <span className="secondary-line wrap-anywhere">to {to}</span>
    </Cell>
    <Cell data-label="Sent" className="tabular-nums">
      <span>
        <Time at={at} as="date" />
        <span className="secondary-line">
          <Time at={at} as="seconds" />
        </span>
      </span>
    </Cell>
    <Cell className="chevron-cell" aria-hidden="true">
      <Icon of={ChevronRight} className="ml-auto" />
    </Cell>
  </Row>
);
