import type { Account } from "@/lib/contracts/account";
import { ApiError, apiRequest } from "./api-client";

/** Who is signed in in this browser. `secondStep` if only the second step is missing. */
export async function findSignedIn(): Promise<{ userId: string | null; secondStep: boolean }> {
  try {
    const { userId } = await apiRequest<Account>("/api/account", {
      signedIn: false,
      background: true,
      anyone: true,
    });
    return { userId, secondStep: false };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === "second_step_required") return { userId: null, secondStep: true };
    if (error.code === "not_signed_in") return { userId: null, secondStep: false };
    throw error;
  }
}
