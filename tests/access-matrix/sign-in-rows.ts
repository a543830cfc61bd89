import { password } from "@/tests/factories/factories";
import { anyone, newEmail, type Row, unknownToken } from "./row";

const nextauth = "/api/auth/[...nextauth]";
const unknownAssertion = { id: "x", clientDataJSON: "x", authenticatorData: "x", signature: "x" };

export const signInRows: Row[] = [
  {
    method: "POST",
    route: "/api/sign-up",
    answers: [201, 201, 201, 201, 201, 201],
    body: () => ({ name: "New", email: newEmail(), password, workspaceName: "New" }),
  },
  {
    method: "POST",
    route: "/api/sign-in",
    answers: anyone,
    body: ({ users }, visitor) => ({
      email: users[visitor === "signed out" ? "member" : visitor].email,
      password,
    }),
  },
  {
    method: "POST",
    route: "/api/sign-in/verify",
    answers: [401, 409, 409, 409, 409, 409],
    title: "with no second step pending",
    body: () => ({ code: "123456" }),
  },
  { method: "POST", route: "/api/sign-in/passkey/options", answers: anyone },
  {
    method: "POST",
    route: "/api/sign-in/passkey",
    answers: [401, 401, 401, 401, 401, 401],
    title: "with an unknown passkey",
    body: () => unknownAssertion,
  },
  {
    method: "POST",
    route: "/api/sign-in/verify/passkey",
    answers: [401, 409, 409, 409, 409, 409],
    title: "with no second step pending",
  },
  {
    method: "POST",
    route: "/api/sign-in/verify/email",
    answers: [401, 409, 409, 409, 409, 409],
    title: "with no second step pending",
  },
  { method: "POST", route: "/api/sign-out", answers: anyone },
  {
    method: "POST",
    route: "/api/sign-up/request",
    answers: [202, 202, 202, 202, 202, 202],
    body: () => ({ name: "New", email: newEmail(), workspaceName: "New" }),
  },
  {
    method: "POST",
    route: "/api/sign-up/complete",
    answers: [410, 410, 410, 410, 410, 410],
    title: "with an unknown link",
    body: () => ({ token: unknownToken, password }),
  },
  {
    method: "POST",
    route: "/api/forgot-password",
    answers: [202, 202, 202, 202, 202, 202],
    body: () => ({ email: "unknown@example.test" }),
  },
  {
    method: "POST",
    route: "/api/reset-password",
    answers: [410, 410, 410, 410, 410, 410],
    title: "with an unknown link",
    body: () => ({ token: unknownToken, password }),
  },
  {
    method: "POST",
    route: "/api/verify-email",
    answers: [410, 410, 410, 410, 410, 410],
    title: "with an unknown link",
    body: () => ({ token: unknownToken }),
  },
  {
    method: "GET",
    route: nextauth,
    answers: anyone,
    title: "the session",
    ids: () => ({ nextauth: "session" }),
  },
  {
    method: "POST",
    route: nextauth,
    answers: [404, 404, 404, 404, 404, 404],
    title: "its own sign-in",
    ids: () => ({ nextauth: "signin/closed" }),
  },
  {
    method: "POST",
    route: "/api/sign-in/providers/[provider]",
    answers: [200, 200, 200, 200, 200, 200],
  },
];
