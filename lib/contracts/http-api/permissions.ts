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
        access: z.enum(permissionAccesses).meta({ description: "Never changes for a name." }),
      }),
    ),
    routes: z
      .array(
        z.object({
          method: z.string().meta({ description: "A method, or * for any." }),
          path: z.string().meta({ description: "* stands for one segment, ** at the end for any number." }),
          permission: z
            .string()
            .nullable()
            .meta({ description: "What a request needs. null leaves the decision to your API." }),
        }),
      )
      .meta({ description: "The first that matches applies." }),
  }),
);
