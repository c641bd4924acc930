import { handleAuth } from "@/lib/session/auth";

export { handleAuth as GET, handleAuth as POST };
