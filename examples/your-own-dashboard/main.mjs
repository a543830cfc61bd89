// @ts-check
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { createAccounts } from "./accounts.mjs";
import { createDashboard } from "./dashboard.mjs";
import { connectKeyward } from "./keyward.mjs";

const {
  PORT = "8090",
  APP_URL = `http://localhost:${PORT}`,
  KEYWARD_URL,
  KEYWARD_SERVICE_TOKEN,
} = process.env;
if (!KEYWARD_URL || !URL.canParse(KEYWARD_URL)) stop("KEYWARD_URL must say where Keyward answers.");
if (!KEYWARD_SERVICE_TOKEN) stop("KEYWARD_SERVICE_TOKEN must be one of Keyward's service tokens.");
if (!URL.canParse(APP_URL)) stop("APP_URL must be the address that people open.");

const { origin } = new URL(APP_URL);
const password = process.env.DEMO_PASSWORD || randomBytes(9).toString("base64url");
const accounts = await createAccounts(password, origin.startsWith("https:"));
const keyward = connectKeyward(KEYWARD_URL, KEYWARD_SERVICE_TOKEN);
createServer(createDashboard(keyward, accounts, origin)).listen(Number(PORT), "127.0.0.1", () => {
  console.log(`The dashboard listens on ${origin}.`);
  if (!process.env.DEMO_PASSWORD) console.log(`Sign in as user-1 or user-2 with the password ${password}`);
});

/** @param {string} reason @returns {never} */
function stop(reason) {
  console.error(reason);
  process.exit(1);
}
