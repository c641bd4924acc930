import type { Metadata } from "next";
import { FirstLogin } from "@/components/onboarding/first-login";
import { InvalidLink } from "@/components/onboarding/invalid-link";
import { onboardingStep, welcomeOf } from "@/lib/identity/onboarding/queries";
import { getFirstLogin } from "@/lib/identity/session/guards";

export const metadata: Metadata = { title: "First login" };

export default async function FirstLoginPage({
  searchParams,
}: {
  searchParams: Promise<{ token?: string | string[] }>;
}) {
  const { token } = await searchParams;
  if (typeof token !== "string") return <InvalidLink />;
  const [welcome, session] = await Promise.all([welcomeOf(token), getFirstLogin()]);
  if (!welcome) return <InvalidLink />;
  return <FirstLogin token={token} welcome={welcome} underWay={session && (await onboardingStep(session, token))} />;
}
