import type { LucideIcon } from "lucide-react";
import { Children, type ReactNode, useId } from "react";
import { Icon } from "@/components/ui/icon";

/** Title and one line on the left, items on the right. */
export function Section({
  title,
  about,
  after,
  children,
}: {
  title: string;
  about: string;
  after?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className="grid gap-x-12 gap-y-3.5 px-4 py-5 not-first:border-border not-first:border-t sm:px-6 md:grid-cols-[272px_minmax(0,1fr)] md:py-5.5"
    >
      <div>
        <h2 id={id} className="type-heading">
          {title}
        </h2>
        <p className="mt-1 text-muted-foreground text-small">{about}</p>
      </div>
      <div>
        {Children.count(children) > 0 && <ul className="mb-4 divide-y divide-border last:mb-0">{children}</ul>}
        {after}
      </div>
    </section>
  );
}

/** One item of the account: its name, a fact about it, and its actions. */
export const Item = ({
  icon,
  name,
  children,
  end,
}: {
  icon: LucideIcon;
  name: string;
  children: ReactNode;
  end: ReactNode;
}) => (
  <li className="flex items-center gap-3.5 py-3 first:pt-0 last:pb-0">
    <Icon of={icon} className="shrink-0 text-subtle-foreground" />
    <div className="wrap-anywhere min-w-0 flex-1">
      <span className="block font-[560]">{name}</span>
      <span className="block text-subtle-foreground text-small tabular-nums">{children}</span>
    </div>
    {end}
  </li>
);
