import { cache } from "react";

const mostMs = 150;

/** Per request: whether the page has read the data that it shows first. */
export const firstAnswer = cache(() => {
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  return {
    /** Deferred, so that the page's own HTML is sent first. */
    arrive: () => void setImmediate(arrive),
    /** Resolves when it has, or after 150 ms, when the skeleton is better than waiting. */
    async arrivedSoon(): Promise<void> {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, mostMs);
      });
      await Promise.race([arrived, late]);
      clearTimeout(timer);
    },
  };
});
