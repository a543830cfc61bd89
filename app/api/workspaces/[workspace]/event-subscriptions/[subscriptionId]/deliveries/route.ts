import { readDeliveryList } from "@/lib/server/http/delivery-reads";
import { answerMember } from "@/lib/server/http/with-member";

export const GET = answerMember(readDeliveryList);
