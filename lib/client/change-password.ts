import { apiRequest } from "./api-client";

/** Also ends every other session. */
export async function changePassword(input: { currentPassword: string; newPassword: string }): Promise<void> {
  await apiRequest("/api/account/password", { method: "POST", body: input });
}

/** For an account without a password. */
export async function setFirstPassword(newPassword: string): Promise<void> {
  await apiRequest("/api/account/password", { method: "PUT", body: { newPassword } });
}
