import packageJson from "@/package.json";

/** The release that is being worked on or was built: `0.1.0`. */
export const releaseVersion: string = packageJson.version;

/** The build writes the commit in the place of this variable (scripts/find-commit.mjs). Tests don't have one. */
const commit = process.env.KEYWARD_COMMIT;

/** The release and, if the build knew it, its commit: `0.1.0+7f10c1682f5e`, as Semantic Versioning writes it. */
export const programVersion: string = commit ? `${releaseVersion}+${commit}` : releaseVersion;
