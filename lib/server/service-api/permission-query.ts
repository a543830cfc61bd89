import { AppError } from "@/lib/contracts/app-error";

/** No real query is nested deeper. */
const maximumDepth = 20;

/**
 * Parses a query over permission names, such as `(read OR write) AND manage_keys`. AND binds tighter than OR.
 * @throws AppError `invalid_request` if the query is malformed.
 */
export function parsePermissionQuery(query: string): (granted: ReadonlySet<string>) => boolean {
  const tokens = query.match(/[()]|[^\s()]+/g) ?? [];
  let position = 0;

  function either(depth: number): (granted: ReadonlySet<string>) => boolean {
    if (depth > maximumDepth) throw malformed();
    const parts = [both(depth)];
    while (tokens[position] === "OR") {
      position += 1;
      parts.push(both(depth));
    }
    return (granted) => parts.some((part) => part(granted));
  }

  function both(depth: number): (granted: ReadonlySet<string>) => boolean {
    const parts = [one(depth)];
    while (tokens[position] === "AND") {
      position += 1;
      parts.push(one(depth));
    }
    return (granted) => parts.every((part) => part(granted));
  }

  function one(depth: number): (granted: ReadonlySet<string>) => boolean {
    const token = tokens[position];
    position += 1;
    if (token === "(") {
      const inner = either(depth + 1);
      if (tokens[position] !== ")") throw malformed();
      position += 1;
      return inner;
    }
    if (token === undefined || token === ")" || token === "AND" || token === "OR") throw malformed();
    return (granted) => granted.has(token);
  }

  const whole = either(0);
  if (position !== tokens.length) throw malformed();
  return whole;
}

function malformed(): AppError {
  const message = "Join permission names with AND and OR, with parentheses where needed.";
  return new AppError("invalid_request", `permissions: ${message}`, { fields: { permissions: message } });
}
