import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { MailSheet } from "@/components/dev-mail/mail-sheet";
import { readDemoMail } from "@/lib/mail/demo-mails";
import { dashboardEnv } from "@/lib/platform/env";

type Props = { params: Promise<{ name: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await mailOf(params)).subject };
}

export default async function DemoMailPage({ params }: Props) {
  return <MailSheet {...(await mailOf(params))} origin={dashboardEnv().PUBLIC_ORIGIN} />;
}

async function mailOf(params: Props["params"]) {
  const folder = dashboardEnv().DEMO_MAIL_DIR ?? notFound();
  return (await readDemoMail(folder, (await params).name)) ?? notFound();
}
