import type { Metadata } from "next";
import { cache } from "react";
import { requireStaff } from "@/lib/identity/session/guards";
import type { Looked, Staff } from "@/lib/support/looks";

type Params = { merchantId: string; number?: string };
type Props = { params: Promise<Params>; searchParams: Promise<Record<string, unknown>> };
type Look<T> = (props: Props) => Promise<Looked<T> | null>;

/** A look that page and title share: opening a page is one look and is recorded once. */
export function oneLook<T>(look: (props: Props, staff: Staff) => Promise<Looked<T> | null>): Look<T> {
  const once = cache(async (path: string, query: string) => {
    const params = Promise.resolve(JSON.parse(path) as Params);
    const searchParams = Promise.resolve(JSON.parse(query) as Record<string, unknown>);
    return look({ params, searchParams }, await requireStaff());
  });
  return async ({ params, searchParams }) => once(JSON.stringify(await params), JSON.stringify(await searchParams));
}

/** A title such as "Members · Nordwind Trading · Support desk". */
export const titledLook =
  <T>(page: string | ((value: T) => string), look: Look<T>) =>
  async (props: Props): Promise<Metadata> => {
    const looked = await look(props);
    if (!looked) return { title: "Support desk" };
    const { name, mode } = looked.merchant;
    const title = typeof page === "string" ? page : page(looked.value);
    return { title: `${title} · ${mode === "test" ? `${name} (Test)` : name} · Support desk` };
  };
