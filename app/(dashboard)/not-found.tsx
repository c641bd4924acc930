import { NotFoundPage } from "@/components/shell/not-found-page";
import { page } from "@/components/shell/wrap";

export const metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <main id="content" className={page}>
      <NotFoundPage />
    </main>
  );
}
