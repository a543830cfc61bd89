/** Runs the development server: Next.js reloads the console, and the process restarts when its bundle changes. */
import { bundleOptions, forgetBuild, generatePrismaClient } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { root, run, script, stopTree } from "./run.mjs";

await script(async () => {
  process.chdir(root);
  await ensureInstalled();
  await generatePrismaClient();
  forgetBuild();
  const { context } = await import("esbuild");
  const server = makeServer(process.argv.slice(2));
  const onEnd = ({ errors }) => void (errors.length === 0 && server.restart());
  const plugin = { name: "restart", setup: ({ onEnd: on }) => on(onEnd) };
  const watcher = await context({ ...bundleOptions(), plugins: [plugin] });
  await watcher.watch();
});

function makeServer(args) {
  let current = null;
  let restarts = Promise.resolve();
  return {
    /** One after the other, because the new server needs the port and the database of the old one. */
    restart() {
      restarts = restarts.then(async () => {
        await current?.stop();
        current = startServer(args);
      });
    },
  };
}

function startServer(args) {
  const guard = new URL("stop-with-parent.mjs", import.meta.url).href;
  const command = ["--enable-source-maps", "--import", guard, "dist/server.mjs", "--dev", ...args];
  let child;
  let isReplaced = false;
  const exited = run(process.execPath, command, {
    env: { NODE_ENV: "development", NEXT_TELEMETRY_DISABLED: "1", KEYWARD_STOP_WITH_PARENT: "1" },
    onStart: (started) => (child = started),
  }).then((code) => {
    if (!isReplaced) console.error(`The server exited with code ${code}. It restarts at the next change.`);
  });
  return {
    stop() {
      isReplaced = true;
      stopTree(child, "SIGTERM");
      return exited;
    },
  };
}
