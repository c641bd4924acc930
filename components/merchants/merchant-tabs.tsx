"use client";

import { usePathname } from "next/navigation";
import { Link } from "@/components/ui/link";
import type { MerchantId } from "@/lib/platform/ids";

const OWNERS = [
  { path: "/team", name: "Team" },
  { path: "/activity", name: "Activity" },
];

export function MerchantTabs({ merchantId, owner }: { merchantId: MerchantId; owner: boolean }) {
  const here = usePathname();
  const base = `/merchants/${merchantId}`;
  const tabs = [
    { href: base, name: "Overview" },
    ...(owner ? [{ href: `${base}/api-keys`, name: "API keys" }] : []),
    { href: `${base}/integration`, name: "Integration" },
    ...(owner ? OWNERS.map(({ path, name }) => ({ href: base + path, name })) : []),
  ];
  return (
    <nav
      aria-label="Sections of the merchant"
      className="mt-3 flex flex-wrap gap-x-2.5 min-[400px]:gap-x-5 sm:mt-5 sm:gap-x-7"
    >
      {tabs.map(({ href, name }) => (
        <Link
          key={href}
          href={href}
          aria-current={here === href ? "page" : href !== base && here.startsWith(`${href}/`) ? "true" : undefined}
          className="-mb-px whitespace-nowrap border-transparent border-b-2 pt-2.5 pb-2.75 font-[520] text-muted-foreground no-underline transition-colors hover:text-foreground focus-visible:rounded-chip focus-visible:-outline-offset-3 aria-[current]:border-primary aria-[current]:text-foreground"
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
