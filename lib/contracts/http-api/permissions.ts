import { z } from "zod";
import { permissionAccesses } from "../permission-catalog";
import { named } from "./named-schemas";

export const permissionCatalogAnswer = named(
  "PermissionCatalog",
  z.object({
    permissions: z.array(
      z.object({
        name: z.string(),
        title: z.string(),
        description: z.string().optional(),
        group: z.string().optional(),
        access: z.enum(permissionAccesses).meta({ description: "Can't change once the name is declared." }),
      }),
    ),
    routes: z
      .array(
        z.object({
          method: z.string().meta({ description: "A method, or * for any method." }),
          path: z.string().meta({ description: "* matches one segment, ** at the end any number." }),
          permission: z
            .string()
            .nullable()
            .meta({ description: "The permission that a request needs. null leaves the check to your API." }),
        }),
      )
      .meta({ description: "The first matching route applies." }),
  }),
);
