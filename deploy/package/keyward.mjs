#!/usr/bin/env node
/** Runs the operator's command line of this package: `node keyward.mjs user list`. */
import "./environment.mjs";

await import(new URL("dist/cli.mjs", import.meta.url).href);
