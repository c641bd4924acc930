import type { ReactNode } from "react";
import { Gate } from "@/components/login/gate";

export default function AuthLayout({ children }: { children: ReactNode }) {
  return <Gate>{children}</Gate>;
}
