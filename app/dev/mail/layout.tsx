import { FlaskConical } from "lucide-react";
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { Bar } from "@/components/shell/bar";
import { page } from "@/components/shell/wrap";
import { Tag } from "@/components/ui/tag";
import { dashboardEnv } from "@/lib/env";

export default function DemoMailLayout({ children }: { children: ReactNode }) {
  if (!dashboardEnv().DEMO_MAIL_DIR) notFound();
  return (
    <>
      <Bar crumb={<span className="ml-1.5 border-line border-l pl-4.5 font-[560]">Mail</span>}>
        <Tag icon={FlaskConical}>Demo only</Tag>
      </Bar>
      <main id="content" className={page}>
        {children}
      </main>
    </>
  );
}
