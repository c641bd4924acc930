import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { endingOf, returnPath } from "@/components/login/ended";
import { Login } from "@/components/login/login";
import { getUser } from "@/lib/identity/session/guards";

export const metadata: Metadata = { title: "Log in" };

type Props = { searchParams: Promise<{ ended?: string | string[]; next?: string | string[] }> };

export default async function LoginPage({ searchParams }: Props) {
  const { ended, next } = await searchParams;
  if (await getUser()) redirect(returnPath(next));
  return <Login ended={endingOf(ended)} next={returnPath(next)} />;
}
