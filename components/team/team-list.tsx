import { Breakable } from "@/components/ui/breakable";
import { CardTable, CardTableBody, CardTableHead, Cell, ColumnHead, Row } from "@/components/ui/card-table";
import { Time } from "@/components/ui/time";
import { isOwner, roleLabel } from "@/lib/access/roles";
import type { TeamRow } from "@/lib/merchants/team/queries";
import { notSeenWords } from "@/lib/words/last-seen";
import { PersonActions } from "./person-actions";
import { ROLE_WORDS } from "./role-words";

type Props = { merchant: string; people: TeamRow[]; you: string };

export function TeamList({ merchant, people, you }: Props) {
  const owners = people.filter(({ role }) => isOwner(role)).length;
  return (
    <div className="mt-5 md:overflow-hidden md:rounded-card md:border md:border-border md:bg-surface">
      <CardTable caption={`People of ${merchant}`}>
        <CardTableHead>
          <ColumnHead>Email</ColumnHead>
          <ColumnHead className="md:w-52">Role</ColumnHead>
          <ColumnHead className="md:w-58">2FA</ColumnHead>
          <ColumnHead className="md:w-80">Action</ColumnHead>
        </CardTableHead>
        <CardTableBody>
          {people.map((row) => (
            <Person key={row.userId} row={row} you={row.userId === you} removable={owners > 1} />
          ))}
        </CardTableBody>
      </CardTable>
    </div>
  );
}

const Person = ({ row, you, removable }: { row: TeamRow; you: boolean; removable: boolean }) => (
  <Row>
    <Cell>
      <span className="wrap-anywhere font-[600]">
        <Breakable text={row.email} />
      </span>
      <span className="secondary-line">
        {you && "you, "}
        {row.kind === "invited" ? "invited" : "added"} <Time at={row.since} as="date" />
      </span>
    </Cell>
    <Cell data-label="Role">
      <div>
        {roleLabel(row.role)}
        <span className="secondary-line">{ROLE_WORDS[row.role]}</span>
      </div>
    </Cell>
    <Cell data-label="2FA">
      <div>
        <Login row={row} />
      </div>
    </Cell>
    <Cell>
      <div className="flex items-center justify-end gap-3 md:min-h-11.5">
        <PersonActions
          of={{ userId: row.userId, email: row.email, role: row.role, kind: row.kind, you }}
          fixed={isOwner(row.role)}
          removable={removable}
        />
      </div>
    </Cell>
  </Row>
);

/** For invited people nothing is shown: the page must not reveal whether they have an account. */
function Login({ row }: { row: TeamRow }) {
  if (row.kind === "invited") {
    return (
      <>
        <span className="text-muted-foreground">Pending</span>
        <span className="secondary-line">{row.over ? "invitation expired; add them again" : "not accepted yet"}</span>
      </>
    );
  }
  return (
    <>
      {row.twoFactor ? "On" : <span className="text-muted-foreground">Not set up</span>}
      <span className="secondary-line">{row.disabled ? "disabled by Support" : seen(row.seenAt, row.twoFactor)}</span>
    </>
  );
}

const seen = (at: string | null, twoFactor: boolean) =>
  at ? (
    <>
      last seen <Time at={at} />
    </>
  ) : (
    notSeenWords(twoFactor)
  );
