/** Whether a host name always refers to this machine. */
export function isLoopbackName(hostname: string): boolean {
  return (
    hostname === "localhost" ||
    hostname === "[::1]" ||
    hostname === "::1" ||
    /^127(\.\d{1,3}){3}$/.test(hostname)
  );
}

/** The addresses of this machine that no other machine can send from. */
export const loopbackBlocks = ["127.0.0.0/8", "::1/128"];
