import { UserRoundX } from "lucide-react";
import { Cell, ColumnHead, Ledger, LedgerBody, LedgerHead, Row } from "@/components/ui/ledger";
import { Pager } from "@/components/ui/pager";
import { Tag } from "@/components/ui/tag";
import { Time } from "@/components/ui/time";
import { roleLabel } from "@/lib/access/roles";
import type { MemberPage, SupportMember } from "@/lib/support/members";
import type { SupportMerchant } from "@/lib/support/merchant";

/** The people of a merchant. */
export function MemberLedger({ merchant, page: { members, after, first } }: { merchant: SupportMerchant; page: MemberPage }) {
  const here = `/support/merchants/${merchant.id}/members`;
  if (members.length === 0) return <p className="text-ink-2">{first ? "Nobody belongs to this merchant." : "There is nobody else."}</p>;
  return (
    <div className="md:overflow-hidden md:rounded-sheet md:border md:border-line md:bg-surface">
      <Ledger caption={`Members of ${merchant.name}`}>
        <LedgerHead>
          <ColumnHead>Member</ColumnHead>
          <ColumnHead className="md:w-36">Role</ColumnHead>
          <ColumnHead className="md:w-44">Here since</ColumnHead>
        </LedgerHead>
        <LedgerBody>
          {members.map((member) => (
            <Member key={member.userId} {...member} />
          ))}
        </LedgerBody>
      </Ledger>
      <Pager newest={first ? undefined : here} older={after === null ? undefined : `${here}?after=${after}`} words={["First", "More"]}>
        {members.length === 1 ? "1 member" : `${members.length} members`}
      </Pager>
    </div>
  );
}

const Member = ({ email, name, role, since, disabled }: SupportMember) => (
  <Row>
    <Cell>
      <span className="wrap-anywhere font-label">{email}</span>
      <span className="second">{name}</span>
      {disabled && <Tag icon={UserRoundX}>Disabled</Tag>}
    </Cell>
    <Cell data-label="Role">{roleLabel(role)}</Cell>
    <Cell data-label="Here since">
      <Time at={since} as="date" />
    </Cell>
  </Row>
);
