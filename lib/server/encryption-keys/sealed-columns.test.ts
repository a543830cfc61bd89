import { expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { projectFiles, readProjectFile } from "@/tests/documents/project-files";
import { runtime } from "../runtime";
import { sealedColumns } from "./sealed-columns";

useRuntime({}, { jobs: false });

/** Binary columns that aren't encrypted and aren't named as hashes. */
const others = {
  "access_log.rejected.line": "a line of the access log that PostgreSQL refused",
  "public.passkey_challenges.bound_to": "a hash",
  "public.passkeys.public_key": "public",
  "public.user_pictures.webp": "a picture",
};

test("each binary column of the database is a hash, is listed as encrypted, or is known to be something else", async () => {
  const { rows } = await runtime().pool.query<{ name: string }>(
    `SELECT format('%s.%s.%s', table_schema, table_name, column_name) AS name FROM information_schema.columns
     WHERE data_type = 'bytea' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
  );
  const names = rows.map(({ name }) => name).filter((name) => !/[._](hash|mac)$/.test(name));
  const sealed = Object.values(sealedColumns).map(
    ({ table, column }) => `${table.includes(".") ? table : `public.${table}`}.${column}`,
  );
  expect(names.sort()).toEqual([...sealed, ...Object.keys(others)].sort());
});

test("nothing else in the program encrypts with ENCRYPTION_KEYS", () => {
  const callers = projectFiles()
    .filter((file) => /^(app|lib|server|prisma)\/.*\.tsx?$/.test(file) && !file.endsWith(".test.ts"))
    .filter((file) => /import \{[^}]*\bseal\b[^}]*\} from ".*\/seal"/.test(readProjectFile(file)));
  expect(callers.sort()).toEqual([
    // A cookie that lives for 15 minutes.
    "lib/server/auth/flow-intent.ts",
    "lib/server/chains/chain-keys.ts",
    "lib/server/encryption-keys/reseal.ts",
    "lib/server/events/secret-seal.ts",
    "lib/server/mail/queue-mail.ts",
    "lib/server/second-factors/authenticator.ts",
  ]);
});
