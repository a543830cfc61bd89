/** A client that takes nothing for so long is cut off: it would keep its place for as long as it likes. */
const stalledMs = 60_000;

/**
 * Sends texts as fast as the client takes them: the next is asked for when the last has gone, so that a slow client costs no memory.
 * @param onEnd Called once or more often when the texts have ended, failed, or the client has gone, also before the first was asked for.
 */
export function textStream(
  texts: AsyncGenerator<string>,
  onEnd: () => Promise<void> | void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let stalled: NodeJS.Timeout | undefined;

  async function end() {
    clearTimeout(stalled);
    await onEnd();
    await texts.return(undefined);
  }

  return new ReadableStream(
    {
      async pull(controller) {
        clearTimeout(stalled);
        try {
          const { done, value } = await texts.next();
          if (done) {
            await onEnd();
            controller.close();
            return;
          }
          controller.enqueue(encoder.encode(value));
          stalled = setTimeout(() => {
            controller.error(new Error("the client takes nothing"));
            void end();
          }, stalledMs).unref();
        } catch (error) {
          await onEnd();
          controller.error(error);
        }
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
}
