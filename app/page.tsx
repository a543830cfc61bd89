import { redirect } from "next/navigation";
import { findPageSession } from "@/lib/server/auth/page-session";

export default async function HomePage() {
  redirect((await findPageSession()) ? "/settings" : "/sign-in");
}
