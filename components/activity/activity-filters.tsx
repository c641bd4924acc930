import { Pills } from "@/components/ui/pills";
import type { Group } from "@/lib/audit/describe";

const CHOICES: { group: Group | null; name: string }[] = [
  { group: null, name: "All" },
  { group: "keys", name: "Keys" },
  { group: "people", name: "People" },
  { group: "logins", name: "Logins" },
  { group: "support", name: "Support" },
];

export const ActivityFilters = ({ current, href }: { current: Group | null; href(group: Group | null): string }) => (
  <Pills
    label="Show events"
    pills={CHOICES.map(({ group, name }) => ({ name, href: href(group), current: group === current }))}
  />
);
