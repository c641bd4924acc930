import { FlaskConical } from "lucide-react";
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { Bar } from "@/components/shell/bar";
import { pageClass } from "@/components/shell/container";
import { Tag } from "@/components/ui/tag";
import { dashboardEnv } from "@/lib/platform/env";

export default function DemoMailLayout({ children }: { children: ReactNode }) {
  if (!dashboardEnv().DEMO_MAIL_DIR) notFound();
  return (
    <>
      <Bar crumb={<span className="border-border border-l pl-3 font-[560] sm:ml-1.5 sm:pl-4.5">Emails</span>}>
        <Tag icon={FlaskConical}>Demo</Tag>
      </Bar>
      <main id="content" className={pageClass}>
        {children}
      </main>
    </>
  );
}
