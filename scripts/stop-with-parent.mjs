/**
 * Imported for its effect: when npm, which has started this process, is killed, the process ends itself by SIGTERM, and
 * no server is left alone with its port. Without npm, as under a service manager or `nohup`, nothing is watched.
 *
 * The scripts of package.json say `exec node …`, so that npm's child is this process and not a shell: a shell would
 * keep for itself the signals that npm passes on.
 */
const parent = process.ppid;
/** npm itself, for one, ignores SIGTERM. */
const signal = process.env.KEYWARD_STOP_WITH_PARENT === "SIGKILL" ? "SIGKILL" : "SIGTERM";

if (process.env.npm_lifecycle_event || process.env.KEYWARD_STOP_WITH_PARENT) {
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, signal);
  }, 250);
  timer.unref();
}
