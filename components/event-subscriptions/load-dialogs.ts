import { loadOnUse } from "@/components/ui/load-on-use";

export const createSubscriptionDialog = loadOnUse(() => import("./create-subscription"));
export const subscriptionDialog = loadOnUse(() => import("./subscription-dialog"));
