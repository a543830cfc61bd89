import { ApiKeyScreenSkeleton } from "@/components/api-keys/api-key-screen-skeleton";

export default function ApiKeyLoading() {
  return <ApiKeyScreenSkeleton back="API keys" />;
}
