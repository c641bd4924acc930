import { Link } from "@/components/ui/link";

export type Pill = { name: string; href: string; current: boolean };

/** A choice whose state is in the URL. */
export const Pills = ({ label, pills }: { label: string; pills: Pill[] }) => (
  <nav
    aria-label={label}
    className="flex w-full flex-wrap gap-0.5 rounded-[10px] bg-sunken p-0.75 inset-ring inset-ring-border sm:w-fit"
  >
    {pills.map(({ name, href, current }) => (
      <Link
        key={name}
        href={href}
        aria-current={current ? "true" : undefined}
        className="flex-auto rounded-control px-1.75 py-2.25 text-center font-medium text-muted-foreground text-label no-underline hover:text-foreground aria-[current]:bg-surface aria-[current]:text-foreground aria-[current]:ring aria-[current]:ring-border-strong sm:flex-none sm:px-2.75 sm:py-1.25"
      >
        {name}
      </Link>
    ))}
  </nav>
);
