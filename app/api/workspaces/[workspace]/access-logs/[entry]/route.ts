import { readAccessLogEntry } from "@/lib/server/http/member-reads";
import { answerMember } from "@/lib/server/http/with-member";

export const GET = answerMember(readAccessLogEntry);
