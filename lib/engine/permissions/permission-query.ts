import { AppError } from "@/lib/contracts/app-error";

/** No real query is nested deeper. */
const maximumDepth = 20;

/** A query over permission names, such as `(read OR write) AND manage_keys`. */
export type PermissionQuery = {
  text: string;
  /** The names in it, words such as `read` included. */
  names: readonly string[];
  isMet(holds: (name: string) => boolean): boolean;
};

type Test = PermissionQuery["isMet"];

/**
 * Parses a query. AND binds tighter than OR.
 * @param field The field of the body, for the error.
 * @throws AppError `invalid_request` if the query is malformed.
 */
export function parsePermissionQuery(query: string, field: string): PermissionQuery {
  const tokens = query.match(/[()]|[^\s()]+/g) ?? [];
  const names: string[] = [];
  let position = 0;

  function either(depth: number): Test {
    if (depth > maximumDepth) throw malformed(field);
    const parts = [both(depth)];
    while (tokens[position] === "OR") {
      position += 1;
      parts.push(both(depth));
    }
    return (holds) => parts.some((part) => part(holds));
  }

  function both(depth: number): Test {
    const parts = [one(depth)];
    while (tokens[position] === "AND") {
      position += 1;
      parts.push(one(depth));
    }
    return (holds) => parts.every((part) => part(holds));
  }

  function one(depth: number): Test {
    const token = tokens[position];
    position += 1;
    if (token === "(") {
      const inner = either(depth + 1);
      if (tokens[position] !== ")") throw malformed(field);
      position += 1;
      return inner;
    }
    if (token === undefined || token === ")" || token === "AND" || token === "OR") throw malformed(field);
    names.push(token);
    return (holds) => holds(token);
  }

  const isMet = either(0);
  if (position !== tokens.length) throw malformed(field);
  return { text: query, names, isMet };
}

function malformed(field: string): AppError {
  const message = "Join permission names with AND and OR, with parentheses where needed.";
  return new AppError("invalid_request", `${field}: ${message}`, { fields: { [field]: message } });
}
