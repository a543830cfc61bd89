/**
 * Yields what the source yields, and loads the next item while the current one is used. So the database works while the server
 * formats and sends. At most one item waits in memory.
 */
export async function* oneAhead<Item>(source: AsyncIterable<Item>): AsyncGenerator<Item> {
  const items = source[Symbol.asyncIterator]();
  let next = load(items);
  try {
    for (let item = await next; !item.done; item = await next) {
      next = load(items);
      yield item.value;
    }
  } finally {
    // A generator can't be ended while it is running.
    await next.catch(() => undefined);
    await items.return?.();
  }
}

function load<Item>(items: AsyncIterator<Item>): Promise<IteratorResult<Item>> {
  const next = items.next();
  // The error is thrown when the item is awaited; until then it isn't an unhandled rejection.
  next.catch(() => undefined);
  return next;
}
