export { ApiKeysSkeleton as default } from "@/components/api-keys/api-keys-skeleton";
