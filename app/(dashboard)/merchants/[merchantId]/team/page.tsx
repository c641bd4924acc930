import { AddButton } from "@/components/team/add-button";
import { TeamDialogs } from "@/components/team/team-dialogs";
import { TeamList } from "@/components/team/team-list";
import { isOwner } from "@/lib/access/roles";
import { headOf, requireMember } from "@/lib/identity/session/guards";
import { merchantPageTitle } from "@/lib/identity/session/page-title";
import { listTeam } from "@/lib/merchants/team/queries";

export const generateMetadata = merchantPageTitle("Team", "team:read");

export default async function TeamPage({ params }: { params: Promise<{ merchantId: string }> }) {
  const { userId, merchantId } = await requireMember((await params).merchantId, "team:read");
  const [{ name }, people] = await Promise.all([headOf(merchantId), listTeam(merchantId)]);
  const members = people.filter(({ kind }) => kind === "member");
  const owners = members.filter(({ role }) => isOwner(role));
  return (
    <TeamDialogs merchantId={merchantId} merchant={name}>
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-4">
        <div className="min-w-0">
          <h1 tabIndex={-1} className="type-title outline-none">
            Team
          </h1>
          <p className="mt-1.5 text-muted-foreground">
            {sentence(members.length, owners.length, people.length - members.length)}
          </p>
        </div>
        <AddButton />
      </div>
      <TeamList merchant={name} people={people} you={userId} />
    </TeamDialogs>
  );
}

function sentence(members: number, owners: number, invited: number): string {
  const people = members === 1 ? "1 person" : `${members} people`;
  const waiting = invited === 0 ? "" : `, and ${invited} invited`;
  const who = owners === 1 ? "The Owner" : `The ${owners} Owners`;
  return `${people}${waiting}. ${who} can manage API keys; only Support can make somebody an Owner or change an Owner's role.`;
}
