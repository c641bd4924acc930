import { Breakable } from "@/components/ui/breakable";
import { CardTable, CardTableBody, CardTableHead, Cell, ColumnHead, Row } from "@/components/ui/card-table";
import { Pager } from "@/components/ui/pager";
import { Time } from "@/components/ui/time";
import { roleLabel } from "@/lib/access/roles";
import type { MemberPage, SupportMember } from "@/lib/support/members";
import type { SupportMerchant } from "@/lib/support/merchant";
import { MemberLogin } from "./member-login";

/** A merchant's members and invited people, by email, and how each of them logs in. */
export function MemberTable({
  merchant,
  page: { members, after, first },
}: {
  merchant: SupportMerchant;
  page: MemberPage;
}) {
  const here = `/support/merchants/${merchant.id}/members`;
  if (members.length === 0)
    return (
      <p className="text-muted-foreground">{first ? "Nobody belongs to this merchant." : "There is nobody else."}</p>
    );
  return (
    <div className="md:overflow-hidden md:rounded-card md:border md:border-border md:bg-surface">
      <CardTable caption={`Members of ${merchant.name}`}>
        <CardTableHead>
          <ColumnHead>Email</ColumnHead>
          <ColumnHead className="md:w-26">Role</ColumnHead>
          <ColumnHead className="text-start! md:w-80">Login</ColumnHead>
        </CardTableHead>
        <CardTableBody>
          {members.map((member) => (
            <Member key={member.userId} of={member} />
          ))}
        </CardTableBody>
      </CardTable>
      <Pager
        heading="merchant"
        newest={first ? undefined : here}
        older={after === null ? undefined : `${here}?after=${after}`}
        words={["First", "More"]}
      >
        {members.length === 1 ? "1 member" : `${members.length} members`}
      </Pager>
    </div>
  );
}

const Member = ({ of }: { of: SupportMember }) => (
  <Row>
    <Cell>
      <span className="wrap-anywhere font-[600]">
        <Breakable text={of.email} />
      </span>
      <span className="secondary-line">
        {of.kind === "invited" ? "invited" : "since"} <Time at={of.since} as="date" />
      </span>
    </Cell>
    <Cell data-label="Role">{roleLabel(of.role)}</Cell>
    <Cell data-label="Login" className="text-start!">
      <MemberLogin of={of} />
    </Cell>
  </Row>
);
