export { AccessLogsSkeleton as default } from "@/components/access-logs/access-logs-skeleton";
