import type { ReactNode } from "react";
import { Mark, Wordmark } from "@/components/shell/brand";
import { Announcer } from "@/components/ui/announcer";
import { Link } from "@/components/ui/link";
import { Rosette } from "./rosette";

/**
 * The page layout before the login: the form, and beside it (above it on phones) the plate,
 * separated by the wavy cut.
 */
export const LoginLayout = ({ children }: { children: ReactNode }) => (
  <div className="grid min-h-dvh grid-rows-[112px_1fr] bg-surface sm:grid-cols-[minmax(0,560px)_1fr] sm:grid-rows-1">
    <main className="flex flex-col px-6 pt-5 pb-10 sm:px-12 sm:py-10">
      <div className="w-full sm:mx-auto sm:max-w-90">
        <Link
          href="/login"
          aria-label="Countersign"
          className="flex w-fit items-center gap-2.5 text-foreground no-underline"
        >
          <Mark />
          <Wordmark />
        </Link>
      </div>
      <div className="mx-auto mt-7 mb-auto w-full max-w-90 sm:my-auto sm:py-8">
        <Announcer>{children}</Announcer>
      </div>
    </main>
    <Plate />
  </div>
);

const Plate = () => (
  <div aria-hidden="true" className="relative order-first overflow-hidden bg-brand text-brand-border sm:order-none">
    <Rosette className="absolute top-1/2 left-1/2 size-155 max-w-none -translate-1/2 opacity-86 sm:size-250" />
    <svg aria-hidden="true" className="absolute inset-y-0 -left-px hidden h-full w-6 text-surface sm:block">
      <pattern id="cut-down" width="24" height="64" patternUnits="userSpaceOnUse">
        <path fill="currentColor" d="M0 0h10C18 11 18 21 10 32S2 53 10 64H0Z" />
      </pattern>
      <rect width="24" height="100%" fill="url(#cut-down)" />
    </svg>
    <svg aria-hidden="true" className="absolute inset-x-0 -bottom-px h-4 w-full text-surface sm:hidden">
      <pattern id="cut-across" width="48" height="16" patternUnits="userSpaceOnUse">
        <path fill="currentColor" d="M0 16V8C8 2 16 2 24 8S40 14 48 8v8Z" />
      </pattern>
      <rect width="100%" height="16" fill="url(#cut-across)" />
    </svg>
  </div>
);
