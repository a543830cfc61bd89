/** What the server and the command line of a package share. Imported for its side effect. */
import { fileURLToPath } from "node:url";

process.env.NODE_ENV = "production";
// Otherwise the data folder would depend on the folder in which a command is typed.
process.env.DATA_DIR ||= fileURLToPath(new URL(".data", import.meta.url));
