import { NothingHere } from "@/components/shell/nothing-here";
import { page } from "@/components/shell/wrap";

export const metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <main id="content" className={page}>
      <NothingHere />
    </main>
  );
}
