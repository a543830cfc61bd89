import { z } from "zod";
import { namedSchemas } from "./named-schemas";
import type { Json } from "./openapi-types";

/** The schemas that have a name, described once in the document. */
export function componentSchemas(): Record<string, Json> {
  const { schemas } = z.toJSONSchema(namedSchemas, { ...conversion, uri: referenceTo });
  return Object.fromEntries(
    Object.entries(schemas)
      .map(([id, { $schema, $id, ...schema }]): [string, Json] => [id, schema])
      .sort(([a], [b]) => a.localeCompare(b, "en")),
  );
}

function referenceTo(id: string): string {
  return `#/components/schemas/${id}`;
}

/** A reference to a schema that has a name, or the schema itself. */
export function schemaOf(schema: z.ZodType): Json {
  const id = namedSchemas.get(schema)?.id;
  return id === undefined ? inlineSchema(schema) : { $ref: referenceTo(id) };
}

export function inlineSchema(schema: z.ZodType): Json {
  const { $schema, ...rest } = z.toJSONSchema(schema, conversion);
  return rest;
}

/** `input` describes requests before schemas transform them. Answers have no transforms. */
const conversion = {
  io: "input",
  override({ jsonSchema }) {
    // The format already says it, and the regular expression is of no use to readers.
    if (jsonSchema.format) delete jsonSchema.pattern;
    // Omit fields that exist only to reject them with a helpful message.
    for (const [name, property] of Object.entries(jsonSchema.properties ?? {}))
      if (typeof property === "object" && property.not) delete jsonSchema.properties?.[name];
  },
} satisfies z.core.ToJSONSchemaParams;
