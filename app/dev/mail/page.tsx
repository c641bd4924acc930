import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { MailList } from "@/components/dev-mail/mail-list";
import { listDemoMails } from "@/lib/mail/demo-mails";
import { dashboardEnv } from "@/lib/platform/env";

export const metadata: Metadata = { title: "Emails" };

export default async function DemoMailsPage({
  searchParams,
}: {
  searchParams: Promise<{ before?: string | string[] }>;
}) {
  const folder = dashboardEnv().DEMO_MAIL_DIR ?? notFound();
  const { before } = await searchParams;
  const from = typeof before === "string" ? before : undefined;
  return <MailList {...(await listDemoMails(folder, from))} first={from === undefined} />;
}
