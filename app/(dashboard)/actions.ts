"use server";

import { redirect } from "next/navigation";
import { endOwnSession } from "@/lib/identity/session/guards";

export async function logOut(): Promise<void> {
  await endOwnSession();
  redirect("/login?ended=logout");
}
