import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { processOperations } from "@/lib/contracts/http-api/process-operations";
import { settings } from "@/lib/server/env-settings";
import { listenMs } from "@/server/shutdown";
import { projectRoot } from "@/server/start-runtime";
import { readProjectFile } from "./project-files";

type Service = {
  image: string;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  environment?: Record<string, string>;
  secrets?: string[];
  volumes?: string[];
  networks?: string[] | Record<string, { ipv4_address?: string }>;
  healthcheck?: { test: string[] };
  stop_grace_period?: string;
};
type Compose = {
  services: Record<string, Service> & { keyward: Service; caddy: Service };
  secrets: Record<string, { file: string }>;
};
type Container = {
  image: string;
  env?: { name: string; value: string }[];
  ports: { containerPort: number }[];
  volumeMounts: { name: string; mountPath: string }[];
  securityContext: object;
  lifecycle?: { preStop: { exec: { command: string[] } } };
} & Record<"startupProbe" | "livenessProbe" | "readinessProbe", { httpGet: { path: string } }>;
type Pod = {
  containers: [Container];
  securityContext: { runAsUser: number; runAsNonRoot: boolean; fsGroup?: number };
  terminationGracePeriodSeconds: number;
  automountServiceAccountToken: boolean;
};
type Resource = { kind: string; metadata: { name: string }; spec: { template: { spec: Pod } } };
type Kustomization = {
  resources: string[];
  images?: { name: string; newTag: string }[];
  configMapGenerator: { literals: string[] }[];
};

const compose = parse(readProjectFile("deploy/compose/compose.yaml"), { merge: true }) as Compose;
const dockerfile = readProjectFile("deploy/docker/Dockerfile");
const unit = readProjectFile("deploy/systemd/keyward.service");
const folders = ["base", "single", "highly-available"];
const kustomizations = folders.map((folder) => ({
  folder: `deploy/kubernetes/${folder}`,
  ...(parse(readProjectFile(`deploy/kubernetes/${folder}/kustomization.yaml`)) as Kustomization),
}));
const workloads = ["base/stateful-set.yaml", "highly-available/redis.yaml"]
  .flatMap((file) => parseAllDocuments(readProjectFile(`deploy/kubernetes/${file}`)))
  .map((document) => document.toJS() as Resource)
  .filter(({ kind }) => kind === "StatefulSet" || kind === "Deployment");
const pod = workloads[0]?.spec.template.spec as Pod;
const [container] = pod.containers;

/** Lines of `NAME=value`, after a word such as `Environment=`, without comments. */
function assignments(text: string, before = ""): [string, string][] {
  const lines = [...text.matchAll(new RegExp(`^${before}([A-Z_]+)=(.*)$`, "gm"))];
  return lines.map(([, name = "", value = ""]) => [name, value.replace(/^"(.*)"$/, "$1")]);
}

const dockerSettings = assignments(
  (/^ENV ((?:.*\\\n)*.*)$/m.exec(dockerfile)?.[1] ?? "").replace(/ *\\\n */g, "\n"),
);
const given: [string, [string, string][]][] = [
  ["compose.yaml", Object.entries(compose.services.keyward.environment ?? {})],
  ["Dockerfile", dockerSettings],
  ["keyward.service", assignments(unit, "Environment=")],
  ["keyward.env", assignments(readProjectFile("deploy/systemd/keyward.env"))],
  ["stateful-set.yaml", (container.env ?? []).map(({ name, value }) => [name, value])],
  ...kustomizations.map(({ folder, configMapGenerator }): [string, [string, string][]] => [
    folder,
    assignments(configMapGenerator.flatMap(({ literals }) => literals).join("\n")),
  ]),
];

test.each(given)("%s gives only settings that there are, with values that are accepted", (_file, pairs) => {
  expect(pairs.length).toBeGreaterThan(0);
  for (const [name, value] of pairs) {
    const setting = name.replace(/_FILE$/, "");
    expect(Object.keys(settings)).toContain(setting);
    // Names of files, and what compose takes from .env.
    if (name !== setting || String(value).includes("${")) continue;
    const { success, error } = settings[setting as keyof typeof settings].safeParse(String(value));
    expect(success, `${name}: ${error?.message}`).toBe(true);
  }
});

describe("secrets are in files that are there:", () => {
  const required = ["AUTH_SECRET", "DATABASE_URL", "ENCRYPTION_KEYS", "SMTP_URL"];
  const filesOf = (pairs: [string, string][]) => pairs.filter(([name]) => name.endsWith("_FILE")).sort();

  test("compose", () => {
    const { environment = {}, secrets } = compose.services.keyward;
    expect(filesOf(Object.entries(environment))).toEqual(
      required.map((name) => [`${name}_FILE`, `/run/secrets/${name}`]),
    );
    expect([...(secrets ?? [])].sort()).toEqual(required);
    const defined = Object.keys(compose.secrets);
    expect(defined.sort()).toEqual([...required, "POSTGRES_PASSWORD"].sort());
    for (const name of defined)
      expect(readProjectFile("docs/deploying.md")).toMatch(new RegExp(`> secrets/${name}$`, "m"));
  });

  test("systemd", () => {
    expect(filesOf(assignments(unit, "Environment="))).toEqual(
      required.map((name) => [`${name}_FILE`, `%d/${name}`]),
    );
    const loaded = [...unit.matchAll(/^LoadCredential=(\w+):\/etc\/keyward\/secrets\/(\w+)$/gm)];
    expect(loaded.map(([, id, file]) => `${id} ${file}`).sort()).toEqual(
      required.map((name) => `${name} ${name}`),
    );
  });

  test("Kubernetes", () => {
    const mounted = container.volumeMounts.find(({ name }) => name === "secrets")?.mountPath;
    expect(filesOf((container.env ?? []).map(({ name, value }) => [name, value]))).toEqual(
      required.map((name) => [`${name}_FILE`, `${mounted}/${name}`]),
    );
  });
});

test("all agree on the port, the data folder and the account", () => {
  const { PORT, DATA_DIR, HOST } = Object.fromEntries(dockerSettings);
  expect(HOST).toBe("0.0.0.0");
  expect(dockerfile).toContain(`EXPOSE ${PORT}\n`);
  expect(dockerfile).toContain(`VOLUME ${DATA_DIR}\n`);
  expect(container.ports).toMatchObject([{ containerPort: Number(PORT) }]);
  expect(container.volumeMounts).toContainEqual({ name: "spool", mountPath: DATA_DIR });
  expect(compose.services.keyward.volumes).toEqual([`spool:${DATA_DIR}`]);
  expect(compose.services.caddy.environment?.KEYWARD_UPSTREAM).toBe(`keyward:${PORT}`);
  expect(Object.fromEntries(assignments(unit, "Environment=")).DATA_DIR).toBe(DATA_DIR);
  expect(unit).toContain(`StateDirectory=${path.posix.basename(DATA_DIR ?? "")}\n`);
  const { runAsUser } = pod.securityContext;
  expect(dockerfile).toContain(`USER ${runAsUser}:${runAsUser}\n`);
  // Compose believes Caddy, and no other container, about the client's address.
  const front = compose.services.caddy.networks as Record<string, { ipv4_address?: string }>;
  expect(front.front?.ipv4_address).toBe(compose.services.keyward.environment?.TRUSTED_PROXIES);
});

test("health checks ask for paths that there are, with a file of the package", () => {
  const paths = Object.values(processOperations).map(({ path }) => path);
  const asked = (["startupProbe", "livenessProbe", "readinessProbe"] as const).map(
    (name) => new URL(container[name].httpGet.path, "http://localhost").pathname,
  );
  const commands = [
    compose.services.keyward.healthcheck?.test.slice(1) ?? [],
    JSON.parse(/^HEALTHCHECK .*\\\n {2}CMD (.*)$/m.exec(dockerfile)?.[1] ?? "[]") as string[],
  ];
  for (const [node, file = "", ...rest] of commands) {
    expect([node, existsSync(inPackage(file))]).toEqual(["/usr/local/bin/node", true]);
    asked.push(...rest);
  }
  expect(paths).toEqual(expect.arrayContaining(asked));
  expect(existsSync(inPackage(/^CMD \["(.*)"\]$/m.exec(dockerfile)?.[1] ?? ""))).toBe(true);
  expect(existsSync(inPackage(/^ExecStart=\/usr\/bin\/node (.*)$/m.exec(unit)?.[1] ?? ""))).toBe(true);
});

/** Where a file of the installed package comes from. */
function inPackage(file: string): string {
  return path.join(projectRoot(), "deploy/package", path.posix.basename(file));
}

test("every supervisor waits long enough for a clean stop", () => {
  // Requests have 10 s after the listener stops accepting, and the access log some more.
  const least = listenMs / 1000 + 10 + 15;
  expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThanOrEqual(least);
  expect(Number.parseInt(compose.services.keyward.stop_grace_period ?? "", 10)).toBeGreaterThanOrEqual(least);
  // The time of preStop counts as well.
  expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(least + 5);
  expect(unit).toMatch(/^KillMode=mixed$/m);
});

test("every container is confined, and comes from an image of one version", () => {
  for (const [name, service] of Object.entries(compose.services))
    expect(service, name).toMatchObject({
      read_only: true,
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
    });
  expect(workloads).toHaveLength(2);
  for (const { metadata, spec } of workloads) {
    const { containers, securityContext, automountServiceAccountToken } = spec.template.spec;
    expect(securityContext, metadata.name).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: "RuntimeDefault" },
    });
    expect(automountServiceAccountToken).toBe(false);
    for (const one of containers)
      expect(one.securityContext, metadata.name).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
  }
  const images = [
    ...Object.values(compose.services).map(({ image }) => image),
    ...[...dockerfile.matchAll(/^ARG \w+_IMAGE=(.*)$/gm)].map(([, image]) => image as string),
    ...(workloads[1]?.spec.template.spec.containers ?? []).map(({ image }) => image),
  ];
  expect(images).toHaveLength(7);
  for (const image of images) expect(image).toMatch(/:(\$\{\w+:-)?[\w-]*\d+\.?\d+.*$/);
});

test("every file of a Kustomization is there, and every file is in one", () => {
  for (const { folder, resources } of kustomizations)
    for (const resource of resources)
      expect(existsSync(path.join(projectRoot(), folder, resource)), `${folder}/${resource}`).toBe(true);
  const base = readdirSync(path.join(projectRoot(), "deploy/kubernetes/base"));
  expect([...(kustomizations[0]?.resources ?? []), "kustomization.yaml"].sort()).toEqual(base.sort());
});
