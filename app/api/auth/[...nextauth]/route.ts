import { handleAuth } from "@/lib/identity/login/next-auth";

export { handleAuth as GET, handleAuth as POST };
