import { Bar } from "@/components/shell/bar";
import { pageClass } from "@/components/shell/container";
import { NotFoundPage } from "@/components/shell/not-found-page";

export const metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <>
      <Bar />
      <main id="content" className={pageClass}>
        <NotFoundPage />
      </main>
    </>
  );
}
