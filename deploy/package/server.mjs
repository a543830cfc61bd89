#!/usr/bin/env node
/** Starts the server of this package: `node server.mjs`. */
import "./environment.mjs";

process.setSourceMapsEnabled(true);
await import(new URL("dist/server.mjs", import.meta.url).href);
