import type { Metadata } from "next";
import { Scaling } from "@/components/docs/scaling/scaling";

export const metadata: Metadata = { title: "Scaling" };

export default function ScalingPage() {
  return <Scaling />;
}
